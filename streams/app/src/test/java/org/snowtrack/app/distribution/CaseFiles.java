package org.snowtrack.app.distribution;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.snowtrack.connectors.rejections.AddressTable;
import org.snowtrack.connectors.rejections.RejectionJson;
import org.snowtrack.schemas.MailRejection;
import org.snowtrack.schemas.ip.IpAddress;
import org.xbill.DNS.ReverseMap;

/** Case directories written by tests. */
final class CaseFiles {

    private static final LocalDate FROM = LocalDate.of(2018, 4, 1);
    static final LocalDate TO = LocalDate.of(2018, 5, 31);
    private static final int EXCESSIVE = 10;

    private CaseFiles() {}

    /** The real case's events as lines of {@code rejections.jsonl}, in the order of the table. */
    static List<String> realEvents() throws IOException {
        return realTable().expand(FROM, TO, EXCESSIVE).map(RejectionJson::write).toList();
    }

    /** The real case's events. */
    static List<MailRejection> realRejections() throws IOException {
        return realTable().expand(FROM, TO, EXCESSIVE).toList();
    }

    /** What the DNS must hold so that the real case's names exist and confirm. */
    static Stream<String> realRecords() throws IOException {
        return realTable().rows().stream().flatMap(row -> records(row.ip(), String.valueOf(row.ptr())));
    }

    /** What an address of the real case is called. */
    static String realName(String ip) throws IOException {
        return realTable().rows().stream()
                .filter(row -> row.ip().toString().equals(ip))
                .map(row -> String.valueOf(row.ptr()))
                .findFirst()
                .orElseThrow();
    }

    /** The real case with events instead of its table, its names in a zone file that confirms them. */
    static Path realCase(Path directory, List<String> events) throws IOException {
        copy(Distribution.REAL_CASE, directory);
        Files.delete(directory.resolve("addresses.tsv"));
        Files.write(directory.resolve("rejections.jsonl"), events);
        Files.write(directory.resolve("dns.zone"), realRecords().toList());
        return directory;
    }

    /** An address's PTR record and the record that confirms it. */
    static Stream<String> records(IpAddress ip, String name) {
        return Stream.of(
                "%s 3600 IN PTR %s.".formatted(ReverseMap.fromAddress(ip.toInetAddress()), name),
                "%s. 3600 IN %s %s".formatted(name, ip.isIpv4() ? "A" : "AAAA", ip));
    }

    private static AddressTable realTable() throws IOException {
        return AddressTable.read(Distribution.REAL_CASE.resolve("addresses.tsv"));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file)
                        .toString()
                        .replace("/", FileSystems.getDefault().getSeparator()));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
