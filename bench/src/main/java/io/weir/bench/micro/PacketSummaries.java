package io.weir.bench.micro;

import io.weir.decoding.packet.PacketDecoder;
import io.weir.decoding.packet.PacketHeaders;
import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.BatchHeader;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.PacketBatchEncoder;
import java.util.ArrayList;
import java.util.List;

/** The generated frames as what a collector adds to its batches, all for one partition. */
public final class PacketSummaries {

    /** Packets in all. */
    public static final int PACKETS = GeneratedFrames.PACKETS;

    static final int SCHEMA_ID = 1;
    /** Unit of the batches' time columns. */
    public static final int TICK_NANOSECONDS = 1_000;

    final GeneratedFrames frames = new GeneratedFrames();
    final CanonicalKey[] keys = new CanonicalKey[GeneratedFrames.PACKETS];
    final long[] hashes = new long[GeneratedFrames.PACKETS];
    final boolean[] sentByA = new boolean[GeneratedFrames.PACKETS];
    final int[] octets = new int[GeneratedFrames.PACKETS];
    final int[] tcpControlBits = new int[GeneratedFrames.PACKETS];

    private final BatchHeader header = new BatchHeader(
            ObservationPoint.newBuilder()
                    .setHost("bench")
                    .setInterface$("generated")
                    .setCapture("pcap")
                    .setSamplingRate(1)
                    .build(),
            "session",
            0,
            0,
            false);

    /** Generates and decodes them. */
    public PacketSummaries() {
        PacketDecoder decoder = new PacketDecoder();
        PacketHeaders headers = new PacketHeaders();
        for (int i = 0; i < GeneratedFrames.PACKETS; i++) {
            int length = frames.lengths[i];
            decoder.decode(frames.file, frames.offsets[i], length, length, GeneratedFrames.LINKTYPE_ETHERNET, headers);
            summarise(i, headers);
        }
    }

    private void summarise(int i, PacketHeaders headers) {
        CanonicalKey key = new CanonicalKey();
        sentByA[i] = key.setEndpoints(
                headers.ipVersion,
                headers.protocol,
                headers.sourceAddressHigh,
                headers.sourceAddressLow,
                headers.sourcePort,
                headers.sourceMac,
                headers.destinationAddressHigh,
                headers.destinationAddressLow,
                headers.destinationPort,
                headers.destinationMac,
                false);
        key.etherType = headers.etherType;
        key.vlanIds = headers.vlanIds;
        key.vlanCount = headers.vlanCount;
        key.layers = headers.layers;
        keys[i] = key;
        hashes[i] = key.hash();
        octets[i] = headers.octets;
        tcpControlBits[i] = headers.tcpControlBits;
    }

    /** A batch without packets that ends the input. */
    public byte[] encodeEnd(PacketBatchEncoder encoder) {
        return encoder.encode(
                SCHEMA_ID, new BatchHeader(header.observationPoint(), header.sessionId(), 0, Long.MIN_VALUE, true));
    }

    /** Encodes all packets, so many a batch. */
    public List<byte[]> encode(PacketBatchEncoder encoder, int packetsPerBatch) {
        List<byte[]> batches = new ArrayList<>();
        for (int i = 0; i < GeneratedFrames.PACKETS; i++) {
            encoder.add(
                    keys[i],
                    hashes[i],
                    sentByA[i],
                    frames.epochNanos[i] / TICK_NANOSECONDS,
                    frames.lengths[i],
                    octets[i],
                    tcpControlBits[i]);
            if (encoder.summaries() == packetsPerBatch || i == GeneratedFrames.PACKETS - 1) {
                batches.add(encoder.encode(SCHEMA_ID, header));
            }
        }
        return batches;
    }
}
