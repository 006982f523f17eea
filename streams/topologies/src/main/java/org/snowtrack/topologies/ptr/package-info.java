/** PTR: what is this address called, now and before, and which network announces it. */
@NullMarked
package org.snowtrack.topologies.ptr;

import org.jspecify.annotations.NullMarked;
