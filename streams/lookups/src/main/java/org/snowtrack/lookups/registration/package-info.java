/** What registries say about domains (RDAP, RFC 9083). */
@NullMarked
package org.snowtrack.lookups.registration;

import org.jspecify.annotations.NullMarked;
