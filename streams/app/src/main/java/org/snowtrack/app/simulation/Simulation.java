package org.snowtrack.app.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.schemas.MailRejection;

/** A labelled case out of a seed. The same seed and scale write the same files. Not thread-safe. */
public final class Simulation {

    /** The largest scale that there is land for. */
    public static final double SCALE_MAX = 10;

    private static final long TRAFFIC = 0x5eed_7aff_1c5eL;

    /** What was written of a kind of campaign or class of innocents. */
    public record Line(String label, String kind, int owners, int addresses, int events) {}

    private final World world;
    private final List<MailRejection> events;

    /**
     * Makes a world up.
     *
     * @param scale 1 for two months of some 60 campaigns among some 400 innocents; above 0, at most {@link #SCALE_MAX}
     */
    public Simulation(long seed, double scale) {
        world = World.of(seed, scale);
        events = new Traffic(new Random(seed ^ TRAFFIC)).of(world);
    }

    /**
     * Writes it.
     *
     * @param directory is created, or exists and is empty
     * @throws StartupException with a sentence, where it cannot be written there
     */
    public void write(Path directory) {
        try {
            if (Files.exists(directory) && !Files.isDirectory(directory)) {
                throw new StartupException(
                        directory + " is not a directory; name one that is empty or does not exist.");
            }
            Files.createDirectories(directory);
            try (Stream<Path> content = Files.list(directory)) {
                if (content.findAny().isPresent()) {
                    throw new StartupException(
                            "The directory " + directory + " is not empty; a case is written into a new one.");
                }
            }
            new CaseWriter(directory).write(world, events);
        } catch (IOException e) {
            throw new StartupException("The case cannot be written to " + directory + ": " + e.getMessage() + ".", e);
        }
    }

    /** What it holds, campaigns first, by name. */
    public List<Line> lines() {
        Map<String, Long> heard =
                events.stream().collect(Collectors.groupingBy(MailRejection::getSourceIp, Collectors.counting()));
        Map<String, Line> lines = new TreeMap<>();
        for (Owner owner : world.owners()) {
            String kind = owner.name().substring(0, owner.name().lastIndexOf('-'));
            boolean isCampaign = owner.label().equals(Campaigns.LABEL);
            int mailed = owner.hosts().stream()
                    .mapToInt(
                            host -> heard.getOrDefault(host.ip().toString(), 0L).intValue())
                    .sum();
            lines.merge(
                    (isCampaign ? "0" : "1") + kind,
                    new Line(owner.label(), kind, 1, owner.hosts().size(), mailed),
                    (one, other) -> new Line(
                            one.label(),
                            one.kind(),
                            one.owners() + other.owners(),
                            one.addresses() + other.addresses(),
                            one.events() + other.events()));
        }
        return List.copyOf(lines.values());
    }
}
