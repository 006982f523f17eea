package org.snowtrack.topologies.intake;

import org.jspecify.annotations.Nullable;
import org.snowtrack.schemas.Allowance;

/**
 * What the operator said about a subject.
 *
 * @param subject in canonical form
 * @param allowance null where it is taken back
 */
public record AllowanceChange(String subject, @Nullable Allowance allowance) {}
