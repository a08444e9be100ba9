package io.weir.app.pipeline;

import io.weir.app.config.Catalogue;
import java.util.function.IntSupplier;
import org.apache.kafka.common.KafkaException;

/** The pipelines as this program runs them. */
public final class DefaultPipelines implements Pipelines {

    @Override
    public int up(UpRequest request) {
        ServeRun run = new ServeRun(
                request.settings(), request.console(), request.settings().get(Catalogue.DATA_DIR));
        return clearly("weir up", run::run);
    }

    @Override
    public int demo(DemoRequest request) {
        return clearly("weir demo", new DemoRun(request)::run);
    }

    @Override
    public int analyze(AnalyzeRequest request) {
        return clearly("weir analyze", new AnalyzeRun(request)::run);
    }

    @Override
    public int testRules(RuleTestRequest request) {
        return clearly("weir rules test", new RuleTestRun(request)::run);
    }

    @Override
    public int writeRules(RuleTopicRequest request) {
        return clearly("weir rules", new RuleTopicRun(request)::run);
    }

    @Override
    public int run(RunRequest request) {
        return clearly("the " + request.part(), new PartRun(request)::run);
    }

    @Override
    public int advise(AdviseRequest request) {
        return clearly("weir advise", new AdviseRun(request)::run);
    }

    @Override
    public int removeReplay(RemoveReplayRequest request) {
        return clearly("weir advise", () -> ReplayRemains.remove(request));
    }

    /** What Kafka's clients and the registry's throw becomes a message for people; a defect of ours stays what it is. */
    private static int clearly(String what, IntSupplier run) {
        try {
            return run.getAsInt();
        } catch (KafkaException e) {
            throw Failures.of(what, e);
        }
    }
}
