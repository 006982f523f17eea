/**
 * The thinking: {@link org.snowtrack.topologies.Pipeline} wires one package a stage. In each, a pure model decides and
 * a stage class around it reads and writes rows. Within a task everything happens on one stream thread.
 */
@NullMarked
package org.snowtrack.topologies;

import org.jspecify.annotations.NullMarked;
