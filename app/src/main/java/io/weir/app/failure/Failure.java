package io.weir.app.failure;

/** A command cannot go on. The message, one line, names the thing; the hint names the way out. Neither ends in a full stop. */
public final class Failure extends RuntimeException {

    private final String hint;
    private final int exitCode;

    private Failure(String message, String hint, int exitCode, Throwable cause) {
        super(message, cause);
        this.hint = hint;
        this.exitCode = exitCode;
    }

    /** The world is not as the command needs it: {@link ExitCode#FAILED}. */
    public static Failure failed(String message, String hint) {
        return new Failure(message, hint, ExitCode.FAILED, null);
    }

    /** The same with what was behind it, for {@code --debug}. */
    public static Failure failed(String message, String hint, Throwable cause) {
        return new Failure(message, hint, ExitCode.FAILED, cause);
    }

    /** The command line or the settings are wrong by themselves: {@link ExitCode#USAGE}. */
    public static Failure usage(String message, String hint) {
        return new Failure(message, hint, ExitCode.USAGE, null);
    }

    /** What to do about it; empty when there is nothing to say. */
    public String hint() {
        return hint;
    }

    /** How the process ends. */
    public int exitCode() {
        return exitCode;
    }
}
