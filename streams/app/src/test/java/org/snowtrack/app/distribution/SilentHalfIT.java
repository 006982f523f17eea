package org.snowtrack.app.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snowtrack.app.distribution.Distribution.Ended;
import org.snowtrack.schemas.ip.IpAddress;

/** Blocks of which half begins to send weeks after the other: how much of it was listed before its own first mail. */
class SilentHalfIT {

    private static final Pattern MEMBER = Pattern.compile(
            "\\{\"ip\":\"([^\"]+)\",\"reporters\":[0-9]+,\"ptr\":[^,]+,\"predicted\":(true|false),\"listed_at\":\"?([^\"}]+)");

    private final Path temp;

    SilentHalfIT(@TempDir Path temp) {
        this.temp = temp;
    }

    @Test
    void shouldListTheSilentHalfBeforeItsOwnFirstMail() throws Exception {
        // Given
        SilentHalfCase halves = SilentHalfCase.write(temp.resolve("case"));

        // When
        Ended replay = Distribution.run("replay", temp.resolve("case"));

        // Then
        assertThat(replay.exitCode()).as(replay.err()).isZero();
        assertThat(replay.lines()).hasSize(halves.blocks()).allSatisfy(range -> assertThat(range)
                .contains("\"verdict\":\"FLAGGED\""));
        Map<IpAddress, Instant> listed = new TreeMap<>();
        MEMBER.matcher(replay.out())
                .results()
                .filter(member -> !member.group(3).equals("null"))
                .forEach(member -> listed.put(IpAddress.parse(member.group(1)), Instant.parse(member.group(3))));
        assertThat(listed.keySet()).as("nobody else").isEqualTo(halves.guilty());
        List<IpAddress> before = halves.firstMailOfLate().entrySet().stream()
                .filter(late -> listed.get(late.getKey()).isBefore(late.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        int late = halves.firstMailOfLate().size();
        System.out.printf(
                "%d of %d late addresses were listed before their own first mail: %d %%%n",
                before.size(), late, 100 * before.size() / late);
        assertThat(before.size()).isGreaterThanOrEqualTo(late * 9 / 10);
    }

    @Test
    void shouldListNoneOfItBeforeWhereNobodySweeps() throws Exception {
        // Given
        SilentHalfCase halves = SilentHalfCase.write(temp.resolve("case"));

        // When
        Ended replay = Distribution.run("replay", temp.resolve("case"), "-D", "sweep.budget=0");

        // Then
        assertThat(replay.exitCode()).as(replay.err()).isZero();
        MEMBER.matcher(replay.out())
                .results()
                .filter(member -> halves.firstMailOfLate().containsKey(IpAddress.parse(member.group(1))))
                .forEach(member -> assertThat(member.group(2)).isEqualTo("false"));
        assertThat(replay.lines()).isNotEmpty();
    }
}
