/** Which network announces an address. */
@NullMarked
package org.snowtrack.lookups.networks;

import org.jspecify.annotations.NullMarked;
