package org.snowtrack.app.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.snowtrack.app.broker.StartupException;

/** A labelled case out of a seed. The same seed and scale write the same files. Not thread-safe. */
public final class Simulation {

    /** The largest scale that there is land for. */
    public static final double SCALE_MAX = 100;

    private static final long TRAFFIC = 0x5eed_7aff_1c5eL;

    /** What was written of a kind of campaign or class of innocents. */
    public record Line(String label, String kind, int owners, int addresses, int events) {}

    /** Told now and then how far the writing is. */
    @FunctionalInterface
    public interface Progress {
        /** So many days of so many are written. */
        void stepTo(long days, long all);
    }

    private final World world;
    private final Traffic traffic;

    /**
     * Makes a world up.
     *
     * @param scale 1 for two months of some 60 campaigns among some 400 innocents; above 0, at most {@link #SCALE_MAX}
     */
    public Simulation(long seed, double scale) {
        world = World.of(seed, scale);
        traffic = new Traffic(new Random(seed ^ TRAFFIC));
    }

    /**
     * Writes it, once.
     *
     * @param directory is created, or exists and is empty
     * @return what it holds, campaigns first, by name
     * @throws StartupException with a sentence, where it cannot be written there
     */
    public List<Line> write(Path directory, Progress progress) {
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
            Map<String, Integer> heard = new HashMap<>();
            new CaseWriter(directory).write(world);
            try (RejectionsWriter events = new RejectionsWriter(directory.resolve("rejections.jsonl.gz"))) {
                traffic.of(
                        world,
                        events.andThen(event -> heard.merge(event.getSourceIp(), 1, Integer::sum)),
                        day -> progress.stepTo(day, Chance.DAYS));
            }
            return lines(heard);
        } catch (IOException | UncheckedIOException e) {
            throw new StartupException("The case cannot be written to " + directory + ": " + e.getMessage() + ".", e);
        }
    }

    private List<Line> lines(Map<String, Integer> heard) {
        Map<String, Line> lines = new TreeMap<>();
        for (Owner owner : world.owners()) {
            String kind = owner.name().substring(0, owner.name().lastIndexOf('-'));
            boolean isCampaign = owner.label().equals(Campaigns.LABEL);
            int mailed = owner.hosts().stream()
                    .mapToInt(host -> heard.getOrDefault(host.ip().toString(), 0))
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
