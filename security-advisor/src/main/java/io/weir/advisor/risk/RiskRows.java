package io.weir.advisor.risk;

import io.weir.advisor.codec.FieldReader;
import io.weir.advisor.codec.FieldWriter;
import io.weir.schemas.ObservationPoint;
import java.nio.BufferUnderflowException;
import org.apache.kafka.streams.errors.ProcessorStateException;

/** Bytes of entities in the changelog, version octet 2 first. By hand and not Avro: a registry that is away must not stop the state. */
final class RiskRows {

    private static final byte VERSION = 2;

    private RiskRows() {}

    static void write(FieldWriter to, RiskEntity entity) {
        to.text(entity.name());
        ObservationPoint point = entity.point();
        to.flag(point != null);
        if (point != null) {
            to.text(point.getHost());
            to.text(point.getInterface$());
            to.text(point.getCapture());
            to.number(point.getSamplingRate());
        }
    }

    static RiskEntity readEntity(FieldReader from) {
        String name = from.text();
        ObservationPoint point =
                from.flag() ? new ObservationPoint(from.text(), from.text(), from.text(), from.integer()) : null;
        return new RiskEntity(name, point);
    }

    static void write(FieldWriter to, EntityRisk risk) {
        to.octet(VERSION);
        write(to, risk.entity());
        to.number(risk.asOfMicros);
        to.bits(Double.doubleToLongBits(risk.toldSum));
        to.number(risk.toldAsOfMicros);
        to.number(risk.toldHalfLifeMs);
        to.flag(risk.isTold);
        to.octet(risk.parts().size());
        risk.parts().forEach(part -> part.write(to));
    }

    /** @throws ProcessorStateException when they are not what this version writes */
    static EntityRisk read(byte[] bytes, double halfLifeMicros) {
        if (bytes.length == 0 || bytes[0] != VERSION) {
            throw new ProcessorStateException("Risks in the state store have format "
                    + (bytes.length == 0 ? "none" : bytes[0]) + ", this version of Weir reads " + VERSION
                    + ": run the version that wrote them, or reset the advisor");
        }
        try {
            FieldReader from = new FieldReader(bytes, 1);
            EntityRisk risk = new EntityRisk(readEntity(from), halfLifeMicros);
            risk.asOfMicros = from.number();
            risk.toldSum = Double.longBitsToDouble(from.bits());
            risk.toldAsOfMicros = from.number();
            risk.toldHalfLifeMs = from.number();
            risk.isTold = from.flag();
            for (int left = from.octet(); left > 0; left--) {
                risk.restore(RiskPart.read(from, risk.entity()));
            }
            return risk;
        } catch (BufferUnderflowException | IllegalArgumentException | ArithmeticException | NullPointerException e) {
            throw new ProcessorStateException("Risks in the state store are damaged: reset the advisor", e);
        }
    }
}
