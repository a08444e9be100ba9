package io.weir.bench.traffic;

/**
 * What was written, counted while writing it.
 *
 * @param layer2Octets frame lengths on the wire without FCS (IE 352), whatever the snap length kept
 * @param flows bidirectional flows by VLAN, addresses, protocol and ports
 * @param durationMicros from the start of the plan to the last packet
 */
public record TrafficTruth(long packets, long layer2Octets, int flows, long durationMicros, int peakLiveFlows) {

    String toJson() {
        return "{\"packets\":" + packets + ",\"layer2Octets\":" + layer2Octets + ",\"flows\":" + flows
                + ",\"durationMicros\":" + durationMicros + ",\"peakLiveFlows\":" + peakLiveFlows + "}";
    }
}
