/** Names, shapes and settings of every topic. */
@NullMarked
package org.snowtrack.schemas.topics;

import org.jspecify.annotations.NullMarked;
