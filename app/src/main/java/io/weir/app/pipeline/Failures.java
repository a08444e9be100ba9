package io.weir.app.pipeline;

import io.weir.app.failure.Failure;
import io.weir.app.logging.Messages;
import io.weir.collectors.publish.NotCommittedException;
import io.weir.schemas.registry.SchemaRegistryException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;

/** Turns what Kafka's clients, Kafka Streams and the registry's client throw into a line and a way out. */
final class Failures {

    private static final int MAX_CAUSES = 20;

    private Failures() {}

    /** @param what whose failure it is, as the subject of a sentence */
    static Failure of(String what, Throwable error) {
        Throwable deepest = error;
        Throwable cause = error;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof Failure known) {
                return known;
            }
            if (cause instanceof NotCommittedException uncommitted) {
                return Failure.failed(uncommitted.getMessage(), uncommitted.hint(), error);
            }
            if (cause instanceof SchemaRegistryException refused) {
                return ofRegistry(refused);
            }
            if (cause instanceof AuthenticationException || cause instanceof AuthorizationException) {
                return Failure.failed(
                        what + " may not use Kafka: " + firstLine(cause),
                        "check the security settings under kafka. and the rights of this user",
                        error);
            }
            deepest = cause;
            cause = cause.getCause();
        }
        if (deepest instanceof TimeoutException) {
            return Failure.failed(
                    what + " stopped, as Kafka does not answer: " + firstLine(deepest),
                    "check that the brokers run and that their advertised listeners can be reached from here",
                    error);
        }
        return Failure.failed(
                what + " stopped: " + firstLine(deepest), "run it again with --debug to see where", error);
    }

    private static Failure ofRegistry(SchemaRegistryException e) {
        boolean incompatible = e.errorCode() / 100 == 409 || e.errorCode() == 409;
        String hint = incompatible
                ? "another version of Weir, or another program, has registered a schema under this subject: delete the subject,"
                        + " or give these topics other names with -s topics.prefix=NAME."
                : "check that it runs, --registry, and the schema.registry.* settings";
        return Failure.failed(firstLine(e), hint, e);
    }

    /** Kafka Streams puts whole stack traces into messages. */
    private static String firstLine(Throwable error) {
        String message = error.getMessage();
        if (message == null || message.isBlank()) {
            return error.getClass().getSimpleName();
        }
        return message.lines().findFirst().orElse(message).strip();
    }

    /** For when nobody is left to throw it to. */
    static void print(Failure failure) {
        Messages.print("weir: " + failure.getMessage()
                + (failure.hint().isEmpty() ? "" : System.lineSeparator() + "  " + failure.hint()));
    }
}
