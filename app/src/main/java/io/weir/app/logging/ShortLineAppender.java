package io.weir.app.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.Locale;

/** One line an event: {@code weir: warning: message}; stack traces with {@code --debug} only. */
final class ShortLineAppender extends AppenderBase<ILoggingEvent> {

    private final Level lowest;
    private final boolean debug;

    ShortLineAppender(Level lowest, boolean debug) {
        this.lowest = lowest;
        this.debug = debug;
    }

    @Override
    protected void append(ILoggingEvent event) {
        Level needed = debug || !LogSetup.isNoisy(event.getLoggerName()) ? lowest : Level.ERROR;
        if (event.getLevel().isGreaterOrEqual(needed)) {
            Messages.print(format(event));
        }
    }

    String format(ILoggingEvent event) {
        StringBuilder line = new StringBuilder("weir: ");
        if (event.getLevel() == Level.WARN) {
            line.append("warning: ");
        } else if (event.getLevel() != Level.INFO) {
            line.append(event.getLevel().toString().toLowerCase(Locale.ROOT)).append(": ");
        }
        line.append(event.getFormattedMessage());
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            line.append(debug ? "\n" + ThrowableProxyUtil.asString(thrown) : ": " + firstLine(thrown));
        }
        return line.toString();
    }

    /** Kafka Streams puts whole stack traces into messages. */
    private static String firstLine(IThrowableProxy thrown) {
        String message = thrown.getMessage();
        if (message == null || message.isBlank()) {
            return thrown.getClassName();
        }
        return message.lines().findFirst().orElse(message);
    }
}
