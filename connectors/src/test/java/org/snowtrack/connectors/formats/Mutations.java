package org.snowtrack.connectors.formats;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.snowtrack.schemas.ip.IpAddress;

/** Lines of the corpus with bytes replaced, cut off, and put together from two. */
public final class Mutations {

    private Mutations() {}

    /** Mutations of the lines of a file of the corpus, but of those that hold a forger's victim: cut, they are genuine. */
    public static Arbitrary<byte[]> of(String file, String victim) {
        List<byte[]> lines = lines(file).stream()
                .filter(line -> !line.startsWith("=> ") && !line.startsWith("#") && !line.isBlank())
                .filter(line -> !line.contains(victim))
                .map(line -> line.getBytes(StandardCharsets.UTF_8))
                .toList();
        Arbitrary<byte[]> line = Arbitraries.of(lines);
        Arbitrary<byte[]> spliced = Combinators.combine(line, line, share(), share())
                .as((head, tail, end, from) ->
                        joined(head, tail, (int) (head.length * end), (int) (tail.length * from)));
        Arbitrary<Byte> odd = Arbitraries.oneOf(Arbitraries.bytes(), Arbitraries.of(oddBytes()));
        return Combinators.combine(
                        Arbitraries.oneOf(line, spliced),
                        Combinators.combine(share(), odd).as(Flip::new).list().ofMaxSize(4),
                        share())
                .as((bytes, flips, end) -> mutated(bytes, flips, end));
    }

    /** Whether an IPv4 address stands in the line as a whole, with something behind it. */
    public static boolean holds(byte[] line, IpAddress address) {
        String text = new String(line, StandardCharsets.ISO_8859_1);
        return Pattern.compile("(?<![0-9.])" + Pattern.quote(address.toString()) + "(?=[^0-9.])", Pattern.DOTALL)
                .matcher(text)
                .find();
    }

    private record Flip(double place, byte value) {}

    private static byte[] mutated(byte[] bytes, List<Flip> flips, double end) {
        byte[] mutated = Arrays.copyOf(bytes, end < 0.3 ? (int) (bytes.length * end / 0.3) : bytes.length);
        for (Flip flip : flips) {
            if (mutated.length > 0) {
                mutated[Math.min(mutated.length - 1, (int) (mutated.length * flip.place()))] = flip.value();
            }
        }
        return mutated;
    }

    private static byte[] joined(byte[] head, byte[] tail, int end, int from) {
        byte[] joined = Arrays.copyOf(head, end + tail.length - from);
        System.arraycopy(tail, from, joined, end, tail.length - from);
        return joined;
    }

    private static Arbitrary<Double> share() {
        return Arbitraries.doubles().between(0, 1);
    }

    private static Byte[] oddBytes() {
        return new Byte[] {0, ' ', ':', '[', ']', '(', ')', '<', '>', '"', '\\', '=', '|', '.', '1', (byte) 0xff};
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of("src", "test", "resources", "corpus", file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
