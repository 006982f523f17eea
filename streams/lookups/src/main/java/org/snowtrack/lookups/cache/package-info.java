/**
 * What stands in front of every live source: one question at a time for equal questions, a bound on how many are under
 * way, and a memory for answers. All of it lives in memory and dies with the process.
 */
@NullMarked
package org.snowtrack.lookups.cache;

import org.jspecify.annotations.NullMarked;
