package org.snowtrack.app.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.snowtrack.app.broker.DataDirectory;
import org.snowtrack.app.broker.EmbeddedBroker;
import org.snowtrack.app.broker.StartupException;
import org.snowtrack.app.config.SnowtrackConfig;
import org.snowtrack.app.live.Feeder;
import org.snowtrack.app.live.FreeSpace;
import org.snowtrack.app.live.LogPattern;
import org.snowtrack.app.live.LogSource;
import org.snowtrack.app.live.Reporters;
import org.snowtrack.app.pipeline.PipelineRunner;
import org.snowtrack.connectors.formats.AnyLog;
import org.snowtrack.connectors.grammar.LogFormat;
import org.snowtrack.connectors.syslog.Spool;
import org.snowtrack.connectors.syslog.SyslogEndpoint;
import org.snowtrack.connectors.syslog.SyslogLimits;
import org.snowtrack.connectors.syslog.SyslogReceiver;
import org.snowtrack.connectors.syslog.TlsServer;
import org.snowtrack.lookups.live.LiveLookups;
import org.snowtrack.lookups.live.LiveSettings;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code snowtrack run}: follows logs and keeps the ranges that stand, around the clock. */
@Command(
        name = "run",
        description =
                "Follows mail servers' logs, asks DNS and registries, and keeps the ranges that stand, until it is "
                        + "stopped. All state is in the data directory; after a crash it goes on where it was.")
public final class RunCommand implements Callable<Integer> {

    private static final int DNS_PORT = 53;

    /** A log, or a door for one, and whose it is. */
    static final class LogOption {

        @ArgGroup(multiplicity = "1")
        @SuppressWarnings("NullAway.Init")
        private Source source;

        @Option(
                names = "--reporter",
                required = true,
                paramLabel = "NAME",
                description = "The operator in whose name the log's refusals are reported.")
        @SuppressWarnings("NullAway.Init")
        private String reporter;
    }

    /** Where lines come from. */
    static final class Source {

        @Option(
                names = "--log",
                paramLabel = "FILE[:FORMAT]",
                description =
                        "A log to follow, or a quoted pattern such as '/var/log/mail/*.log'; repeatable, each with "
                                + "its --reporter. The format is found out unless given.")
        private @Nullable String file;

        @Option(
                names = "--syslog",
                paramLabel = "udp|tcp|tls://ADDRESS:PORT",
                description = "Where to receive a log by syslog; repeatable likewise.")
        private @Nullable String endpoint;
    }

    /** Whether registries are asked. */
    enum Switch {
        ON,
        OFF
    }

    @ArgGroup(exclusive = false, multiplicity = "0..*")
    private List<LogOption> logs = new ArrayList<>();

    @Option(
            names = "--syslog-certificate",
            paramLabel = "FILE",
            description = "Certificate to show senders by TLS, PEM, with its chain.")
    private @Nullable Path certificate;

    @Option(names = "--syslog-key", paramLabel = "FILE", description = "The certificate's key, PEM.")
    private @Nullable Path key;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "Zone of times in logs that have none, such as Europe/Paris. Default: this machine's.")
    private ZoneId zone = ZoneId.systemDefault();

    @Option(
            names = "--dns",
            paramLabel = "HOST:PORT",
            description = "A recursive DNS server to ask; repeatable. Default: this machine's.")
    private List<String> dns = new ArrayList<>();

    @Option(
            names = "--dns-rate",
            paramLabel = "QUESTIONS",
            defaultValue = "1000",
            description = "Questions a second to each DNS server, at most; more only where the server is your own. "
                    + "Default: ${DEFAULT-VALUE}.")
    private int dnsRate;

    @Option(
            names = "--networks",
            paramLabel = "FILE",
            description =
                    "File of networks: an MMDB file such as GeoLite2-ASN, DB-IP's ASN Lite or IPinfo Lite, or a table "
                            + "of first_ip last_ip asn country name, tab separated, as iptoasn.com gives it; either "
                            + "may be gzipped. Default: Team Cymru's DNS zones.")
    private @Nullable Path networks;

    @Option(
            names = "--rdap",
            paramLabel = "on|off",
            defaultValue = "on",
            description = "Whether registries are asked about domains. Without them nothing is more than WATCHED.")
    @SuppressWarnings("NullAway.Init")
    private Switch rdap;

    @Option(
            names = "--rdap-bootstrap",
            paramLabel = "FILE|URL",
            description = "Registry of RDAP servers (RFC 9224: dns.json, ipv4.json, ipv6.json); repeatable. "
                    + "Default: com, net, org and info, and the regional registries of addresses.")
    private List<String> rdapBootstrap = List.of();

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Where all state is kept. Default: snowtrack in $XDG_DATA_HOME or ~/.local/share.")
    private @Nullable Path dataDirectory;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "Work on this Kafka cluster instead of an embedded broker.")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port of the embedded broker on 127.0.0.1. Default: a free one, which status tells.")
    private int port = EmbeddedBroker.ANY_PORT;

    @Mixin
    private final ConfigOptions config = new ConfigOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        SnowtrackConfig settings = config.load();
        if (bootstrapServers == null) {
            settings = settings.forOneMachine();
        }
        LiveSettings sources = sources();
        List<LogPattern> patterns = logs.stream()
                .filter(log -> log.source.file != null)
                .map(log -> pattern(String.valueOf(log.source.file), log.reporter))
                .toList();
        Map<String, List<SyslogEndpoint>> doors = doors();
        try (DataDirectory directory =
                DataDirectory.open(dataDirectory == null ? KafkaOptions.defaultDataDirectory() : dataDirectory)) {
            // Before anything starts, because nobody looks at a service that seems to run.
            Feeder.checkReadable(present(patterns), directory);
            FreeSpace space = FreeSpace.of(directory.path());
            space.shortage().ifPresent(shortage -> {
                throw new StartupException(shortage);
            });
            try (Node node = bootstrapServers == null
                    ? Node.embedded(directory, port, settings)
                    : Node.on(bootstrapServers, directory, settings)) {
                run(node, sources, patterns, doors, space).untilReleased();
            }
        }
        return CommandLine.ExitCode.OK;
    }

    private Watch run(
            Node node,
            LiveSettings sources,
            List<LogPattern> files,
            Map<String, List<SyslogEndpoint>> doors,
            FreeSpace space) {
        PrintWriter err = spec.commandLine().getErr();
        LiveLookups lookups = node.running(LiveLookups.open(sources, problem -> err.println("snowtrack: " + problem)));
        lookups.problem().ifPresent(problem -> err.println("snowtrack: " + problem));
        Map<String, Spool> spools = spools(node, doors.keySet(), err);
        List<LogPattern> patterns = new ArrayList<>(files);
        spools.forEach((reporter, spool) -> patterns.add(LogPattern.of(spool, new AnyLog(), zone, reporter)));
        Reporters reporters = node.running(Reporters.on(node.clientSettings()));
        reporters.createTopics(patterns);
        PipelineRunner pipeline = node.startPipeline(lookups.lookups());
        Feeder feeder = node.running(Feeder.start(
                patterns, node.directory(), node.clientSettings(), Clock.systemUTC(), reporters::count, space));
        receive(node, spools, doors, err);
        Watch watch = new Watch(node, pipeline, feeder, space, err);
        watch.ready(feeder.logs().size());
        return watch;
    }

    /** The logs that are there now; each pattern must stand for one at least. */
    private static List<LogSource> present(List<LogPattern> patterns) {
        List<LogSource> present = new ArrayList<>();
        for (LogPattern pattern : patterns) {
            try {
                List<LogSource> found = pattern.logs();
                if (found.isEmpty()) {
                    throw new StartupException("No log is called " + pattern + "; correct the pattern.");
                }
                present.addAll(found);
            } catch (IOException e) {
                throw new StartupException(String.valueOf(e.getMessage()), e);
            }
        }
        return present;
    }

    /** Where to receive what, by reporter. */
    private Map<String, List<SyslogEndpoint>> doors() {
        Map<String, List<SyslogEndpoint>> doors = new TreeMap<>();
        try {
            TlsServer tls = certificate == null || key == null ? null : TlsServer.ofPem(certificate, key);
            for (LogOption log : logs) {
                if (log.source.endpoint != null) {
                    doors.computeIfAbsent(log.reporter, first -> new ArrayList<>())
                            .add(SyslogEndpoint.parse(log.source.endpoint, tls, List.of()));
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new StartupException(String.valueOf(e.getMessage()), e);
        }
        return doors;
    }

    private static Map<String, Spool> spools(Node node, Set<String> reporters, PrintWriter err) {
        Map<String, Spool> spools = new TreeMap<>();
        for (String reporter : reporters) {
            Path directory = node.directory().path().resolve("syslog").resolve(reporter);
            try {
                spools.put(
                        reporter,
                        node.running(Spool.open(directory, Spool.DEFAULT_BYTES, notice -> tell(err, notice))));
            } catch (IOException e) {
                throw new StartupException(String.valueOf(e.getMessage()), e);
            }
        }
        return spools;
    }

    private static void receive(
            Node node, Map<String, Spool> spools, Map<String, List<SyslogEndpoint>> doors, PrintWriter err) {
        spools.forEach((reporter, spool) -> {
            SyslogEndpoint[] endpoints = doors.getOrDefault(reporter, List.of()).toArray(SyslogEndpoint[]::new);
            try {
                node.running(SyslogReceiver.start(spool, SyslogLimits.DEFAULT, notice -> tell(err, notice), endpoints));
            } catch (IOException e) {
                throw new StartupException(String.valueOf(e.getMessage()), e);
            }
        });
    }

    private static void tell(PrintWriter err, String notice) {
        err.println("snowtrack: " + notice);
        err.flush();
    }

    private LogPattern pattern(String option, String reporter) {
        LogFormat format = new AnyLog();
        String file = option;
        int colon = file.lastIndexOf(':');
        if (colon > 0 && !Files.exists(Path.of(file)) && file.indexOf('/', colon) < 0) {
            format = LogsCommand.format(file.substring(colon + 1));
            file = file.substring(0, colon);
        }
        return new LogPattern(file, format, zone, reporter);
    }

    private LiveSettings sources() {
        if (networks != null && !Files.isReadable(networks)) {
            throw new StartupException("The file of networks " + networks + " cannot be read; correct the path.");
        }
        if (dnsRate < 1 || dnsRate > 1_000_000) {
            throw new StartupException("--dns-rate is " + dnsRate + "; it must be 1 to 1000000 questions a second.");
        }
        return new LiveSettings(
                dns.stream().map(RunCommand::server).toList(),
                dnsRate,
                networks,
                rdap == Switch.ON,
                rdapBootstrap.stream().map(RunCommand::registry).toList());
    }

    private static URI registry(String text) {
        try {
            return text.contains("://") ? URI.create(text) : Path.of(text).toUri();
        } catch (IllegalArgumentException e) {
            throw new StartupException("'" + text + "' is neither a file nor a URL.", e);
        }
    }

    private static InetSocketAddress server(String text) {
        try {
            int colon = text.lastIndexOf(':');
            boolean hasPort = colon > 0 && (text.indexOf(':') == colon || text.charAt(colon - 1) == ']');
            String host = hasPort ? text.substring(0, colon) : text;
            int port = hasPort ? Integer.parseInt(text.substring(colon + 1)) : DNS_PORT;
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (IOException | IllegalArgumentException e) {
            throw new StartupException("'" + text + "' is not a DNS server; write HOST:PORT, such as 127.0.0.1:53.", e);
        }
    }
}
