/** Brings a cluster's topics into the state that the catalogue describes. */
@NullMarked
package org.snowtrack.app.topics;

import org.jspecify.annotations.NullMarked;
