/** What Courier writes into its log. Pure; safe for any thread. */
@NullMarked
package org.snowtrack.connectors.courier;

import org.jspecify.annotations.NullMarked;
