package org.snowtrack.app.evaluation;

import java.util.List;

/** How Snowtrack does, and how simpler rules do on the same events. Immutable. */
public record Comparison(Scores own, List<Scores> rivals) {}
