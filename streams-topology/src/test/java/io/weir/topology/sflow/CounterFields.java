package io.weir.topology.sflow;

import java.util.ArrayList;
import java.util.List;

/** What the carriers of counters hold, in the words of {@link FieldLog}. */
final class CounterFields {
    private CounterFields() {}

    static List<String> of(InterfaceCounters c) {
        return lines(
                1,
                c.index,
                c.type,
                c.speed,
                c.direction,
                c.status,
                c.inOctets,
                c.inUnicastPackets,
                c.inMulticastPackets,
                c.inBroadcastPackets,
                c.inDiscards,
                c.inErrors,
                c.inUnknownProtocols,
                c.outOctets,
                c.outUnicastPackets,
                c.outMulticastPackets,
                c.outBroadcastPackets,
                c.outDiscards,
                c.outErrors,
                c.promiscuousMode);
    }

    static List<String> of(EthernetCounters c) {
        return lines(
                2,
                c.alignmentErrors,
                c.fcsErrors,
                c.singleCollisionFrames,
                c.multipleCollisionFrames,
                c.sqeTestErrors,
                c.deferredTransmissions,
                c.lateCollisions,
                c.excessiveCollisions,
                c.internalMacTransmitErrors,
                c.carrierSenseErrors,
                c.frameTooLongs,
                c.internalMacReceiveErrors,
                c.symbolErrors);
    }

    private static List<String> lines(int format, long... values) {
        List<Field> fields = SflowStructures.counters(0, format).fields();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            lines.add(FieldLog.number(fields.get(i), values[i]));
        }
        return lines;
    }
}
