/**
 * ACTIVITY: who reports this address. Keyed by block; facts within the horizon may arrive in any order and any number of
 * times.
 */
@NullMarked
package org.snowtrack.topologies.activity;

import org.jspecify.annotations.NullMarked;
