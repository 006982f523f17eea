/** The dry run: what would be published of logs, counted and told. */
@NullMarked
package org.snowtrack.app.logs;

import org.jspecify.annotations.NullMarked;
