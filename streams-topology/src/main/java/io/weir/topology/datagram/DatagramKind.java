package io.weir.topology.datagram;

import io.weir.schemas.packets.CaptureNames;

/** The two kinds of datagrams, and what the decoder's nodes and stores of each are called. */
public enum DatagramKind {
    /** Version 5. */
    SFLOW(CaptureNames.SFLOW, "sflow-agents"),
    /** NetFlow version 5 and 9, IPFIX. */
    NETFLOW(CaptureNames.NETFLOW, "netflow-exporters");

    private final String capture;
    private final String store;

    DatagramKind(String capture, String store) {
        this.capture = capture;
        this.store = store;
    }

    /** As observation points, losses and metrics name it. */
    public String capture() {
        return capture;
    }

    /** Store of the {@link DatagramTable}. */
    public String store() {
        return store;
    }

    /**
     * A table as the store of this kind needs it.
     *
     * @param partitions of the packets topic
     */
    public DatagramTable table(int partitions) {
        return this == SFLOW ? new SflowTable(store, partitions) : new NetflowTable(store, partitions);
    }

    /** Store of the range of refused records that is not told yet. */
    public String refusedStore() {
        return "refused-" + capture;
    }

    /** Node that reads datagrams. */
    public String readNode() {
        return "read-" + capture;
    }

    /** Node that decodes them. */
    public String decodeNode() {
        return "decode-" + capture;
    }

    /** Node that takes packet batches as octets; the record's key is their partition. */
    public String packetsNode() {
        return "write-" + capture + "-packets";
    }

    /** Node that takes counters of devices. */
    public String countersNode() {
        return "write-" + capture + "-counters";
    }

    /** Node that takes packets that devices say they have dropped. */
    public String dropsNode() {
        return "write-" + capture + "-drops";
    }

    /** Node that takes what is said of exporters. */
    public String exportersNode() {
        return "write-" + capture + "-exporters";
    }

    /** Node that takes losses. */
    public String lossesNode() {
        return "write-" + capture + "-losses";
    }

    /** Node that takes records that are no datagrams, as a {@code ProducerRecord}. */
    public String rejectedNode() {
        return "take-rejected-" + capture;
    }

    /** Node that writes them. */
    public String writeRejectedNode() {
        return "write-rejected-" + capture;
    }
}
