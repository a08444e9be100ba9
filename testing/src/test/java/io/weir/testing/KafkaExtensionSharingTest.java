package io.weir.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Asks for the cluster as a parameter; in one run it is the one that other classes have in a field. */
@ExtendWith(KafkaExtension.class)
class KafkaExtensionSharingTest {
    private static final AtomicReference<KafkaCluster> FIRST = new AtomicReference<>();

    @Test
    void shouldShareOneClusterWithOtherClasses(KafkaCluster cluster) {
        assertThat(firstSeen(cluster)).isSameAs(cluster);
    }

    @Test
    void shouldShareOneClusterBetweenTests(KafkaCluster cluster) {
        assertThat(firstSeen(cluster)).isSameAs(cluster);
    }

    static KafkaCluster firstSeen(KafkaCluster cluster) {
        FIRST.compareAndSet(null, cluster);
        return FIRST.get();
    }
}
