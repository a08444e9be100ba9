package io.weir.advisor;

import io.weir.advisor.Step.ClassifiedFlow;
import io.weir.advisor.Step.EventTime;
import io.weir.advisor.classify.Classification;
import io.weir.advisor.codec.FieldReader;
import io.weir.advisor.codec.FieldWriter;
import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.Place;
import io.weir.advisor.subnet.SubClass;
import io.weir.advisor.subnet.SubnetMatch;
import io.weir.schemas.Confidence;
import io.weir.schemas.Flow;
import io.weir.schemas.FlowClass;
import io.weir.schemas.SubnetKind;
import io.weir.state.RowOutput;
import java.nio.BufferUnderflowException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;

/**
 * Bytes of {@link ClassifiedFlow} and {@link EventTime} in the repartition topic: format 3, a kind, the fields. The flow itself travels
 * as the bytes it had in the flows topic.
 */
final class StepSerde implements Serde<Step> {

    private static final int FORMAT = 3;
    private static final int FLOW = 1;
    private static final int EVENT_TIME = 2;

    private static final int TYPICAL_OCTETS = 1024;

    private final Deserializer<Flow> flows;
    private final String flowsTopic;

    StepSerde(Deserializer<Flow> flows, String flowsTopic) {
        this.flows = flows;
        this.flowsTopic = flowsTopic;
    }

    @Override
    public Serializer<Step> serializer() {
        return (topic, step) -> write(step);
    }

    @Override
    public Deserializer<Step> deserializer() {
        return (topic, bytes) -> read(bytes);
    }

    private static byte[] write(Step step) {
        RowOutput octets = new RowOutput(TYPICAL_OCTETS);
        FieldWriter to = new FieldWriter(octets);
        to.octet(FORMAT);
        if (step instanceof ClassifiedFlow classified) {
            to.octet(FLOW);
            Classification classification = classified.classification();
            to.text(classification.flowClass().name());
            to.text(classification.confidence().name());
            write(to, classification.initiator());
            write(to, classification.responder());
            to.text(classification.translation());
            to.octets(classified.encoded().get());
        } else if (step instanceof EventTime time) {
            to.octet(EVENT_TIME);
            to.text(time.observationPoint());
            to.number(time.partition());
            to.number(time.eventTimeMs());
        } else {
            throw new SerializationException("Only flows and event times travel on, not " + step);
        }
        return octets.toArray();
    }

    private static void write(FieldWriter to, SubnetMatch match) {
        to.octet(match == null ? 0 : match.prefix() == null ? 1 : 2);
        if (match != null && match.prefix() != null) {
            Cidr prefix = match.prefix();
            to.bits(prefix.high());
            to.bits(prefix.low());
            to.octet(prefix.length());
            to.flag(prefix.v6());
            to.text(match.kind().name());
            to.text(match.name());
            to.text(match.label());
            to.text(match.place().name());
            to.text(match.subClass() == null ? null : match.subClass().name());
        }
    }

    private Step read(byte[] bytes) {
        try {
            FieldReader from = new FieldReader(bytes, 0);
            int format = from.octet();
            int kind = from.octet();
            if (format == FORMAT && kind == FLOW) {
                return readFlow(from);
            }
            if (format == FORMAT && kind == EVENT_TIME) {
                return new EventTime(from.text(), from.integer(), from.number());
            }
            throw new SerializationException(
                    "A record between the advisor's steps has format " + format + " kind " + kind
                            + ", this version of Weir reads format " + FORMAT
                            + ": stop instances of other versions, let this one read on, or reset the advisor");
        } catch (BufferUnderflowException | IllegalArgumentException | ArithmeticException | NullPointerException e) {
            throw new SerializationException("A record between the advisor's steps is damaged: reset the advisor", e);
        }
    }

    private Step readFlow(FieldReader from) {
        FlowClass flowClass = FlowClass.valueOf(from.text());
        Confidence confidence = Confidence.valueOf(from.text());
        SubnetMatch initiator = readMatch(from);
        SubnetMatch responder = readMatch(from);
        String translation = from.text();
        byte[] encoded = from.octets();
        return new ClassifiedFlow(
                flows.deserialize(flowsTopic, encoded),
                Bytes.wrap(encoded),
                new Classification(flowClass, initiator, responder, confidence, translation));
    }

    private static SubnetMatch readMatch(FieldReader from) {
        int form = from.octet();
        if (form == 0) {
            return null;
        }
        if (form == 1) {
            return SubnetMatch.NONE;
        }
        Cidr prefix = new Cidr(from.bits(), from.bits(), from.octet() & 0xff, from.flag());
        SubnetKind kind = SubnetKind.valueOf(from.text());
        String name = from.text();
        String label = from.text();
        Place place = Place.valueOf(from.text());
        String subClass = from.text();
        return new SubnetMatch(prefix, kind, name, label, place, subClass == null ? null : SubClass.valueOf(subClass));
    }
}
