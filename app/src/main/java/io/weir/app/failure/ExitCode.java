package io.weir.app.failure;

/** How the process ends. */
public final class ExitCode {

    /** Done. */
    public static final int DONE = 0;

    /** The world was not as the command needed it, or the answer is no ({@code weir audit}). */
    public static final int FAILED = 1;

    /** The command line or the settings are wrong by themselves. */
    public static final int USAGE = 2;

    private ExitCode() {}
}
