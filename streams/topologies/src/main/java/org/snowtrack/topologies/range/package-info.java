/**
 * RANGE: finds runs among neighbours, joins them into ranges, judges and publishes them.
 *
 * <p>{@link org.snowtrack.topologies.range.RangeJudge} is one pure function from address rows and domain facts to
 * ranges. {@link org.snowtrack.topologies.range.RangeLedger} turns the difference between what stands published and
 * what was judged into writes. The stage around them reads rows, bounds the work and holds no opinion.
 */
@NullMarked
package org.snowtrack.topologies.range;

import org.jspecify.annotations.NullMarked;
