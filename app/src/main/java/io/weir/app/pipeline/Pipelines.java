package io.weir.app.pipeline;

/**
 * The commands that move packets. Each call returns the exit code ({@link io.weir.app.failure.ExitCode}) and throws
 * {@link io.weir.app.failure.Failure} for what the user must be told; anything else that escapes is a defect.
 *
 * <p>Files of a request exist and are readable when asked, addresses and settings are checked. Stopping from outside (SIGINT, SIGTERM) is
 * the implementation's to handle.
 */
public interface Pipelines {

    /** {@code weir up}: the whole pipeline until stopped. */
    int up(UpRequest request);

    /** {@code weir demo}: the same on the bundled sample. */
    int demo(DemoRequest request);

    /** {@code weir analyze}: captures in, files and a summary out. */
    int analyze(AnalyzeRequest request);

    /** {@code weir rules test}: what rules raise from captures. */
    int testRules(RuleTestRequest request);

    /** {@code weir rules put} and {@code weir rules remove}: what stands on the topic of rules. */
    int writeRules(RuleTopicRequest request);

    /** {@code weir run PART}: one part against a Kafka cluster. */
    int run(RunRequest request);

    /** {@code weir advise}: the rules over a past range of the flows. */
    int advise(AdviseRequest request);

    /** {@code weir advise --remove}: what a replay has left. */
    int removeReplay(RemoveReplayRequest request);
}
