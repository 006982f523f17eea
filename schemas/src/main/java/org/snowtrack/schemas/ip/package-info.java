/**
 * One 128-bit value for the addresses of both families, ranges and exact CIDR covers of them, and the block by which
 * work is partitioned. Immutable values; safe for any thread.
 */
@NullMarked
package org.snowtrack.schemas.ip;

import org.jspecify.annotations.NullMarked;
