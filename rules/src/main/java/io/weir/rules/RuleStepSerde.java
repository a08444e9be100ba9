package io.weir.rules;

import io.weir.advisor.host.EvidenceInput;
import io.weir.advisor.host.EvidenceOutput;
import io.weir.rules.RuleStep.ClockTime;
import io.weir.rules.RuleStep.Matched;
import io.weir.rules.group.Match;
import io.weir.state.RowOutput;
import java.nio.BufferUnderflowException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** Octets of {@link Matched} and {@link ClockTime} in the repartition topic: format 1, a kind, the fields. */
final class RuleStepSerde implements Serde<RuleStep> {

    private static final byte FORMAT = 1;
    private static final byte MATCHED = 1;
    private static final byte CLOCK_TIME = 2;
    private static final int HEADER_OCTETS = 2;

    @Override
    public Serializer<RuleStep> serializer() {
        return (topic, step) -> write(step);
    }

    @Override
    public Deserializer<RuleStep> deserializer() {
        return (topic, octets) -> read(octets);
    }

    private static byte[] write(RuleStep step) {
        RowOutput out = new RowOutput();
        if (step instanceof Matched matched) {
            out.room(HEADER_OCTETS).put(FORMAT).put(MATCHED);
            matched.match().write(out);
        } else if (step instanceof ClockTime time) {
            out.room(HEADER_OCTETS).put(FORMAT).put(CLOCK_TIME);
            EvidenceOutput fields = new EvidenceOutput(out);
            fields.text(time.clock());
            fields.number(time.partition());
            fields.number(time.eventTimeMs());
        } else {
            throw new SerializationException("Only matches and event times travel on, not " + step);
        }
        return out.toArray();
    }

    private static RuleStep read(byte[] octets) {
        try {
            if (octets[0] == FORMAT && octets[1] == MATCHED) {
                return new Matched(Match.read(octets, HEADER_OCTETS));
            }
            if (octets[0] == FORMAT && octets[1] == CLOCK_TIME) {
                EvidenceInput in = new EvidenceInput(octets, HEADER_OCTETS);
                return new ClockTime(in.text(), in.integer(), in.number());
            }
        } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new SerializationException("A record between the steps of the rules is damaged: reset them", e);
        }
        throw new SerializationException("A record between the steps of the rules has format " + octets[0] + " kind "
                + octets[1] + ", this version of Weir reads format " + FORMAT
                + ": stop instances of other versions, let this one read on, or reset the rules");
    }
}
