/** What a running node tells about itself, in a file that other commands read. */
@NullMarked
package org.snowtrack.app.status;

import org.jspecify.annotations.NullMarked;
