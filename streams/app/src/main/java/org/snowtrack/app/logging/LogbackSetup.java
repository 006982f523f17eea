package org.snowtrack.app.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.turbo.DynamicThresholdFilter;
import ch.qos.logback.classic.turbo.MDCValueLevelPair;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.spi.FilterReply;
import org.slf4j.Logger;

/**
 * Sets Logback up: warnings to standard error, because standard output belongs to reports. Logback finds it as a service;
 * {@code -Dlogback.configurationFile=FILE} takes its place. In Java because Logback's XML takes a fifth of a second at
 * every start. Properties: {@code snowtrack.log.level} of Snowtrack's own loggers, {@code snowtrack.clear} to be written in
 * front of each line, for a terminal on which a line may stand already that says what the process is doing.
 */
public final class LogbackSetup extends ContextAwareBase implements Configurator {

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        context.addTurboFilter(quietEnd(context));
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(standardError(context));
        level(context, "org.snowtrack", Level.toLevel(System.getProperty("snowtrack.log.level"), Level.WARN));
        // Warns at every start that the controller becomes active, which is what it is started for.
        level(context, "org.apache.kafka.controller.QuorumController", Level.ERROR);
        // Warns where two clients need the same internal topic at once, of which one creates it.
        level(context, "kafka.server.DefaultAutoTopicCreationManager", Level.ERROR);
        // Warns each time the broker is not done with the last transaction, which the producer then simply waits for.
        level(context, "org.apache.kafka.clients.producer.internals.Sender", Level.ERROR);
        // Warn of a default that will change in Kafka 5, and of temporary directories, which a replay uses on purpose.
        level(context, "org.apache.kafka.streams.StreamsConfig", Level.ERROR);
        level(context, "org.apache.kafka.streams.processor.internals.StateDirectory", Level.ERROR);
        // After a crash they tell with stack traces of stores that were left half-written and are rebuilt, as is right.
        // What really stops the pipeline is told by the command itself.
        level(context, "org.apache.kafka.streams.processor.internals.ProcessorStateManager", Level.ERROR);
        level(context, "org.apache.kafka.streams.processor.internals.StreamThread", Level.ERROR);
        level(context, "org.apache.kafka.streams.processor.internals.TaskManager", Level.OFF);
        level(context, "org.apache.kafka.streams.processor.internals.InternalTopicManager", Level.OFF);
        level(context, "org.apache.kafka.streams.KafkaStreams", Level.OFF);
        // Tells as an error that the broker registers with a controller that is not ready yet; it tries again.
        level(context, "kafka.server.ControllerApis", Level.OFF);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static void level(LoggerContext context, String logger, Level level) {
        context.getLogger(logger).setLevel(level);
    }

    private static ConsoleAppender<ILoggingEvent> standardError(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(System.getProperty("snowtrack.clear", "") + "%d{HH:mm:ss} %-5level %logger{0} %msg%n");
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("STDERR");
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }

    /**
     * While the embedded broker stops, the thread that stops it warns of things that are as they should be (Kafka closes one
     * of its clients twice). NetworkClient as such has to keep its warnings: they are what an operator sees when a cluster
     * cannot be reached.
     */
    private static DynamicThresholdFilter quietEnd(LoggerContext context) {
        MDCValueLevelPair stopping = new MDCValueLevelPair();
        stopping.setValue("stopping");
        stopping.setLevel(Level.ERROR);
        DynamicThresholdFilter filter = new DynamicThresholdFilter();
        filter.setContext(context);
        filter.setKey("embedded-broker");
        filter.setDefaultThreshold(Level.TRACE);
        filter.setOnHigherOrEqual(FilterReply.NEUTRAL);
        filter.setOnLower(FilterReply.DENY);
        filter.addMDCValueLevelPair(stopping);
        filter.start();
        return filter;
    }
}
