/**
 * Where rejections come from when they lie in files: the case format's lines of JSON, and published tables of
 * addresses. Readers tell of every broken line instead of ending at it, in the order of the file; each is for one
 * thread at a time, the JSON itself for any.
 */
@NullMarked
package org.snowtrack.connectors.rejections;

import org.jspecify.annotations.NullMarked;
