/**
 * Follows a log file through whatever rotates it, and finds its place again after a restart. Lines come as bytes, in the
 * order in which they were written, each from a file whose identity outlives its name. For one thread at a time; nothing
 * here waits.
 */
@NullMarked
package org.snowtrack.connectors.tail;

import org.jspecify.annotations.NullMarked;
