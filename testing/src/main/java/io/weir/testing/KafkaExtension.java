package io.weir.testing;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a Kafka cluster with a Schema Registry. It starts with the first test class that asks, is shared by all
 * classes of the run and stops at its end. Either as a field
 *
 * <pre>{@code
 * @RegisterExtension
 * static final KafkaExtension KAFKA = new KafkaExtension();
 * }</pre>
 *
 * or with {@code @ExtendWith(KafkaExtension.class)} and a parameter of type {@link KafkaCluster}.
 */
public final class KafkaExtension implements ExecutionCondition, BeforeAllCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(KafkaExtension.class);

    private KafkaCluster cluster;

    /** Reports classes as skipped, visibly, when containers are asked for and cannot run. */
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return TestBroker.unavailable()
                .map(ConditionEvaluationResult::disabled)
                .orElseGet(() -> ConditionEvaluationResult.enabled("the test broker can run"));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        cluster = shared(context);
    }

    private static KafkaCluster shared(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(KafkaCluster.class, key -> KafkaCluster.start(), KafkaCluster.class);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == KafkaCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return shared(context);
    }

    public KafkaCluster cluster() {
        if (cluster == null) {
            throw new IllegalStateException(
                    "register the extension in a static field: the cluster starts before all tests");
        }
        return cluster;
    }

    public String bootstrapServers() {
        return cluster().bootstrapServers();
    }

    public String schemaRegistryUrl() {
        return cluster().schemaRegistryUrl();
    }

    public Map<String, Object> clientProps() {
        return cluster().clientProps();
    }

    public Admin admin() {
        return cluster().admin();
    }

    public String uniqueName(String stem) {
        return cluster().uniqueName(stem);
    }

    public String createTopic(String name, int partitions) {
        return cluster().createTopic(name, partitions);
    }

    public String createTopic(String name, int partitions, Map<String, String> configs) {
        return cluster().createTopic(name, partitions, configs);
    }
}
