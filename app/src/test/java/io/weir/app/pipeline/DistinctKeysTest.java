package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DistinctKeysTest {

    private final DistinctKeys keys = new DistinctKeys();

    @Test
    void shouldCountWhatASetHolds() {
        Random random = new Random(7);
        Set<String> naive = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            String key = "10.0." + random.nextInt(200) + "|tcp/" + random.nextInt(300);
            naive.add(key);
            keys.add(key.getBytes(StandardCharsets.UTF_8));
        }

        assertThat(keys.size()).isEqualTo(naive.size());
    }

    @Test
    void shouldTellKeysApartThatDifferInOneOctetOrInLength() {
        int lengths = 40;
        for (int length = 0; length < lengths; length++) {
            keys.add(new byte[length]);
            for (int at = 0; at < length; at++) {
                byte[] key = new byte[length];
                key[at] = 1;
                keys.add(key);
                keys.add(key.clone());
            }
        }

        assertThat(keys.size()).isEqualTo(lengths + lengths * (lengths - 1) / 2);
    }
}
