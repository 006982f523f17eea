/** Where settings come from, and which of them wins. */
@NullMarked
package org.snowtrack.app.config;

import org.jspecify.annotations.NullMarked;
