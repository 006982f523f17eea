/** Host names: validation, registrable domains, the answers of PTR lookups. */
@NullMarked
package org.snowtrack.lookups.names;

import org.jspecify.annotations.NullMarked;
