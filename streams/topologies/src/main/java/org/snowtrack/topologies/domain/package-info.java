/** DOMAIN: who registered this domain, when, and what it is there for. Keyed by registrable domain. */
@NullMarked
package org.snowtrack.topologies.domain;

import org.jspecify.annotations.NullMarked;
