/** INTAKE: checks every field of what comes in, binds the reporter, repartitions by block. The only source of dead letters. */
@NullMarked
package org.snowtrack.topologies.intake;

import org.jspecify.annotations.NullMarked;
