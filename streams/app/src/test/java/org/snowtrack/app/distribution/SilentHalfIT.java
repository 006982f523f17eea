package org.snowtrack.app.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
        Map<IpAddress, Instant> listed = listed(replay);
        assertThat(listed.keySet()).as("nobody else").isEqualTo(halves.guilty());
        Set<IpAddress> before = new TreeSet<>();
        halves.firstMailOfLate().forEach((ip, firstMail) -> {
            if (listed.get(ip).isBefore(firstMail)) {
                before.add(ip);
            }
        });
        int late = halves.firstMailOfLate().size();
        System.out.printf(
                "%d of %d late addresses were listed before their own first mail: %d %%%n",
                before.size(), late, 100 * before.size() / late);
        Set<IpAddress> foreseeable = new TreeSet<>(halves.firstMailOfLate().keySet());
        foreseeable.removeAll(halves.unforeseeable());
        assertThat(before).isEqualTo(foreseeable);
    }

    @Test
    void shouldListNoneOfItBeforeWhereNobodySweeps() throws Exception {
        // Given
        SilentHalfCase halves = SilentHalfCase.write(temp.resolve("case"));

        // When
        Ended replay = Distribution.run("replay", temp.resolve("case"), "-D", "sweep.budget=0");

        // Then
        assertThat(replay.exitCode()).as(replay.err()).isZero();
        Map<IpAddress, Instant> listed = listed(replay);
        assertThat(halves.firstMailOfLate())
                .allSatisfy((ip, firstMail) ->
                        assertThat(listed.getOrDefault(ip, Instant.MAX)).isAfterOrEqualTo(firstMail));
    }

    private static Map<IpAddress, Instant> listed(Ended replay) {
        Map<IpAddress, Instant> listed = new TreeMap<>();
        MEMBER.matcher(replay.out())
                .results()
                .filter(member -> !member.group(3).equals("null"))
                .forEach(member -> listed.put(IpAddress.parse(member.group(1)), Instant.parse(member.group(3))));
        return listed;
    }
}
