package org.snowtrack.app;

import java.io.PrintWriter;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.slf4j.event.Level;
import org.snowtrack.app.cli.AllowCommand;
import org.snowtrack.app.cli.CampaignsCommand;
import org.snowtrack.app.cli.DemoCommand;
import org.snowtrack.app.cli.EvaluateCommand;
import org.snowtrack.app.cli.LogsCommand;
import org.snowtrack.app.cli.ReplayCommand;
import org.snowtrack.app.cli.ReportCommand;
import org.snowtrack.app.cli.RunCommand;
import org.snowtrack.app.cli.SimulateCommand;
import org.snowtrack.app.cli.StatusCommand;
import org.snowtrack.app.cli.TopicsCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The command line. Exit codes: 0 done, 1 could not be done (one sentence on standard error says why), 2 the command
 * line itself is wrong.
 */
@Command(
        name = "snowtrack",
        version = "snowtrack 0.1.0",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        description = "Reads the tracks that snowshoe spammers leave, and flags their ranges.")
public final class Snowtrack implements Runnable {

    private static final List<Class<?>> COMMANDS = List.of(
            DemoCommand.class,
            RunCommand.class,
            StatusCommand.class,
            AllowCommand.class,
            LogsCommand.class,
            ReplayCommand.class,
            SimulateCommand.class,
            EvaluateCommand.class,
            ReportCommand.class,
            CampaignsCommand.class,
            TopicsCommand.class);

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show the whole error where something fails.")
    private boolean verbose;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            scope = ScopeType.INHERIT,
            description = "What is logged on standard error: error, warn, info, debug or trace. Default: warn.")
    private Level logLevel = Level.WARN;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs one command and returns its exit code. */
    public static int run(String... args) {
        return commandLine(args).execute(args);
    }

    static CommandLine commandLine(String... args) {
        Snowtrack snowtrack = new Snowtrack();
        CommandLine commandLine = new CommandLine(snowtrack);
        commands(args).forEach(commandLine::addSubcommand);
        return commandLine
                .setExecutionStrategy(snowtrack::execute)
                .setExecutionExceptionHandler((thrown, command, parsed) -> snowtrack.explain(thrown, command))
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** The command that comes first, or all: to look into the others takes as long as a short command does. */
    private static List<Class<?>> commands(String... args) {
        return COMMANDS.stream()
                .filter(command -> args.length > 0
                        && args[0].equals(command.getAnnotation(Command.class).name()))
                .findFirst()
                .<List<Class<?>>>map(List::of)
                .orElse(COMMANDS);
    }

    /** The logging system reads its level once, when the first class logs. */
    private int execute(CommandLine.ParseResult parsed) {
        System.setProperty("snowtrack.log.level", logLevel.name());
        return new CommandLine.RunLast().execute(parsed);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Say which command to run.");
    }

    private int explain(Exception thrown, CommandLine command) {
        PrintWriter err = command.getErr();
        if (verbose) {
            thrown.printStackTrace(err);
        } else {
            err.println("snowtrack: " + sentence(thrown));
        }
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static String sentence(Exception thrown) {
        String message = thrown.getMessage();
        if (message == null || message.isBlank()) {
            return thrown.toString();
        }
        // "Failed to construct kafka consumer" alone tells nobody which setting is wrong.
        return thrown instanceof KafkaException && thrown.getCause() != null
                ? message + ": " + thrown.getCause().getMessage()
                : message;
    }
}
