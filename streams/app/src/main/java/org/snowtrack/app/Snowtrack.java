package org.snowtrack.app;

import java.io.PrintWriter;
import org.snowtrack.app.cli.DemoCommand;
import org.snowtrack.app.cli.ReplayCommand;
import org.snowtrack.app.cli.ReportCommand;
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
        description = "Reads the tracks that snowshoe spammers leave, and flags their ranges.",
        subcommands = {DemoCommand.class, ReplayCommand.class, ReportCommand.class, TopicsCommand.class})
public final class Snowtrack implements Runnable {

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show the whole error where something fails.")
    private boolean verbose;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs one command and returns its exit code. */
    public static int run(String... args) {
        Snowtrack snowtrack = new Snowtrack();
        return new CommandLine(snowtrack)
                .setExecutionExceptionHandler((thrown, command, parsed) -> snowtrack.explain(thrown, command))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args);
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
            String message = thrown.getMessage();
            err.println("snowtrack: " + (message == null || message.isBlank() ? thrown.toString() : message));
        }
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }
}
