package io.weir.decoding.facts;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.decoding.packet.FactKind;
import io.weir.testing.Sweep;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Payloads cut at every octet and with every field at its extremes. */
class FactSweepTest {

    /** Octets of a payload that are changed: what is behind is read like what is before, or sealed. */
    private static final int MAX_CHANGED = 320;

    private final FactInvariants invariants = new FactInvariants();

    @Test
    void shouldHaveASampleOfEveryKind() throws GeneralSecurityException {
        assertThat(FactSamples.all()).extracting(FactSamples.Sample::kind).contains(FactKind.values());
    }

    @ParameterizedTest
    @MethodSource("io.weir.decoding.facts.FactSamples#all")
    void shouldBearEveryCutAndEveryExtreme(FactSamples.Sample sample) throws Exception {
        byte[] payload = sample.payload();
        byte[] frame = sample.carrier().frame(payload);
        assertThat(invariants.check(sample.carrier().linkType(), frame, frame.length))
                .isNotNull();
        Sweep.cuts(frame, cut -> invariants.check(sample.carrier().linkType(), cut, frame.length));
        byte[] start = Arrays.copyOf(payload, Math.min(payload.length, MAX_CHANGED));
        Sweep.extremes(start, variant -> {
            byte[] changed = payload.clone();
            System.arraycopy(variant, 0, changed, 0, variant.length);
            byte[] carried = sample.carrier().frame(changed);
            invariants.check(sample.carrier().linkType(), carried, carried.length);
        });
    }
}
