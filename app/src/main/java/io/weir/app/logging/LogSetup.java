package io.weir.app.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * Configures logback from code: no XML to parse at start. Without a call to {@link #apply} (tests, other programs) warnings go to the
 * standard error.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogSetup extends ContextAwareBase implements Configurator {

    /** Kafka's and the S3 client's loggers, whose warnings are mostly retries that succeed. */
    private static final String[] NOISY = {
        "org.apache.kafka", "kafka", "org.apache.avro", "software.amazon.awssdk", "state.change.logger"
    };

    /** A broker that comes back after a crash asks its own controller too early, is refused, and asks again: told as an error each time. */
    private static final String OWN_CONTROLLER = "kafka.server.ControllerApis";

    private static final String FILE_PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level [%thread] %logger{36}: %msg%n";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        configure(context, Level.WARN, false, null);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /**
     * @param level lowest level for the standard error: error, warn, info, debug or trace
     * @param debug show stack traces, and other people's loggers at the same level
     * @param file takes what is info or above, or {@code level} when that is lower; null for none
     */
    public static void apply(String level, boolean debug, Path file) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.reset();
            configure(context, Level.toLevel(level, Level.WARN), debug, file);
        }
    }

    private static void configure(LoggerContext context, Level level, boolean debug, Path file) {
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ShortLineAppender lines = new ShortLineAppender(level, debug);
        lines.setContext(context);
        lines.setName("stderr");
        lines.start();
        root.addAppender(lines);
        Level lowest = level;
        if (file != null) {
            root.addAppender(fileAppender(context, file));
            lowest = level.isGreaterOrEqual(Level.INFO) ? Level.INFO : level;
        }
        root.setLevel(lowest);
        for (String noisy : NOISY) {
            // At debug and below Kafka's clients log every request.
            context.getLogger(noisy).setLevel(debug || file != null ? Level.INFO : Level.ERROR);
        }
        context.getLogger(OWN_CONTROLLER).setLevel(debug || file != null ? Level.INFO : Level.OFF);
    }

    private static FileAppender<ILoggingEvent> fileAppender(LoggerContext context, Path file) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(FILE_PATTERN);
        encoder.start();
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setContext(context);
        appender.setName("file");
        appender.setFile(file.toString());
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }

    /** True when {@code loggerName} is one whose warnings do not concern the user. */
    static boolean isNoisy(String loggerName) {
        for (String noisy : NOISY) {
            if (loggerName.startsWith(noisy)) {
                return true;
            }
        }
        return false;
    }
}
