/**
 * Live answers from the DNS, through dnsjava. Everything that comes back is enemy ground: every question, alias, list and
 * wait is bounded here, and only validated host names leave this package.
 */
@NullMarked
package org.snowtrack.lookups.dns;

import org.jspecify.annotations.NullMarked;
