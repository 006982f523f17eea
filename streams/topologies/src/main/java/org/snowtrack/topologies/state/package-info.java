/** The rows that the stages of a partition keep: their keys, their stores, and who owns which. */
@NullMarked
package org.snowtrack.topologies.state;

import org.jspecify.annotations.NullMarked;
