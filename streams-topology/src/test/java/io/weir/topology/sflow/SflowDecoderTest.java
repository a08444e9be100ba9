package io.weir.topology.sflow;

import static io.weir.topology.sflow.SflowWriter.all;
import static io.weir.topology.sflow.SflowWriter.block;
import static io.weir.topology.sflow.SflowWriter.bytes;
import static io.weir.topology.sflow.SflowWriter.compactFlowSample;
import static io.weir.topology.sflow.SflowWriter.counterSample;
import static io.weir.topology.sflow.SflowWriter.datagram;
import static io.weir.topology.sflow.SflowWriter.discardedPacket;
import static io.weir.topology.sflow.SflowWriter.expandedCounterSample;
import static io.weir.topology.sflow.SflowWriter.expandedFlowSample;
import static io.weir.topology.sflow.SflowWriter.flowSample;
import static io.weir.topology.sflow.SflowWriter.head;
import static io.weir.topology.sflow.SflowWriter.header;
import static io.weir.topology.sflow.SflowWriter.lyingBlock;
import static io.weir.topology.sflow.SflowWriter.words;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.topology.sflow.SflowWriter.Part;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** The corner cases of sFlow, numbered as in the survey of collectors. */
class SflowDecoderTest {
    private static final int HEAD_LENGTH = 28;
    private static final byte[] FRAME = new byte[60];

    /** S-01. */
    @Test
    void shouldPassOverSamplesAndRecordsItDoesNotKnow() {
        Part unknownRecord = block(8800, 5, w -> w.u32(1).raw((byte) 1));
        SflowText text = SflowText.of(datagram(
                flowSample(unknownRecord, header(FRAME), words(4000, 1, 2)),
                block(1991, 1, w -> w.u32(42)),
                block(0, 6, w -> w.u32(42).u32(43)),
                counterSample(unknownRecord),
                flowSample(header(FRAME))));
        assertThat(text.problems).isEmpty();
        assertThat(text.lines).hasSize(7);
        assertThat(text.lines.get(1))
                .contains(" records 8800:5@76+5 0:1@92+76 0:4000@176+8 rate")
                .contains(" present 1 ");
        assertThat(text.lines.get(2)).startsWith("other 1991:1 @").endsWith("+4");
        assertThat(text.lines.get(3)).startsWith("other 0:6 @").endsWith("+8");
        assertThat(text.lines.get(4)).startsWith("counters compact").endsWith("+5");
        assertThat(text.lines.get(5)).startsWith("flow compact").contains("present 1 ");
    }

    /** S-01: a record that lies about what is in it costs neither its neighbours nor the next sample. */
    @Test
    void shouldKeepTheNeighboursOfAnOddRecord() {
        Part oddUrl = block(0, 1005, w -> w.u32(1).u32(0xffff_fff0L).raw((byte) 'x'));
        Part oddAddress = block(0, 1002, w -> w.u32(9).u32(1).u32(24).u32(24));
        Part shortSwitch = words(1001, 1, 2, 3);
        SflowText text = SflowText.of(datagram(
                flowSample(oddUrl, header(FRAME), oddAddress, shortSwitch, words(1030, 77)),
                flowSample(words(1029, 78))));
        assertThat(text.problems)
                .containsExactly(
                        SflowProblem.SHORT_RECORD, SflowProblem.UNKNOWN_ADDRESS_TYPE, SflowProblem.SHORT_RECORD);
        assertThat(text.lines.get(4))
                .contains(SflowProblem.SHORT_RECORD.name())
                .contains("present " + Long.toHexString(SampledPacket.HEADER | SampledPacket.VNI_INGRESS) + " ")
                .contains("1030[vni=77]");
        assertThat(text.lines.get(5)).contains("1029[vni=78]");
    }

    /** S-02, S-03. */
    @Test
    void shouldReadAgentsOfEachAddressType() {
        assertThat(SflowText.of(datagram()).lines).containsExactly("datagram v4/0/c0000201 7 100 60000 0", "end");
        Part rest = w -> w.u32(7).u32(100).u32(60_000).u32(1).parts(flowSample());
        assertThat(SflowText.of(bytes(w -> w.u32(5).address(0, 0, 0), rest)).lines)
                .first()
                .isEqualTo("datagram v0/0/0 7 100 60000 1");
        SflowText v6 = SflowText.of(bytes(w -> w.u32(5).address(6, 0x2001_0db8_0000_0000L, 1), rest));
        assertThat(v6.lines).first().isEqualTo("datagram v6/20010db800000000/1 7 100 60000 1");
        assertThat(v6.lines.get(1)).startsWith("flow compact @48+32");
        assertThat(v6.problems).isEmpty();
    }

    @Test
    void shouldRefuseAnAgentOfAnotherAddressType() {
        assertThat(SflowText.of(bytes(w -> w.u32(5).u32(3).u64(0).u64(0).u64(0))).lines)
                .containsExactly("problem UNKNOWN_ADDRESS_TYPE @0", "end");
    }

    /** S-05 to S-07: numbers of 32 bits at their limit stay unsigned. */
    @Test
    void shouldWidenCountersUnsigned() {
        SflowText text = SflowText.of(bytes(
                w -> w.u32(5)
                        .address(4, 0, 0xffff_ffffL)
                        .u32(-1)
                        .u32(-1)
                        .u32(-1)
                        .u32(1),
                block(0, 1, w -> w.u32(-1)
                        .u32(-1)
                        .u32(-1)
                        .u32(-1)
                        .u32(-1)
                        .u32(-1)
                        .u32(-1)
                        .u32(0))));
        assertThat(text.lines.get(0)).isEqualTo("datagram v4/0/ffffffff 4294967295 4294967295 4294967295 1");
        assertThat(text.lines.get(1))
                .contains("seq 4294967295 source 255:16777215")
                .contains("rate 4294967295 pool 4294967295 drops 4294967295 in 3:1073741823 out 3:1073741823");
    }

    /** S-08: what a rate of 0 means is for the reader of the sample. */
    @Test
    void shouldPassOnARateOfZero() {
        SflowText text = SflowText.of(datagram(block(
                0, 1, w -> w.u32(1).u32(3).u32(0).u32(0).u32(0).u32(3).u32(4).u32(0))));
        assertThat(text.flow.samplingRate).isZero();
        assertThat(text.problems).isEmpty();
    }

    /** S-09: both forms in one datagram, indexes of 32 bits in the expanded one. */
    @Test
    void shouldReadCompactAndExpandedFormsAlike() {
        SflowText text = SflowText.of(datagram(
                flowSample(header(FRAME)),
                expandedFlowSample(0, 0x1600_0064L, 0, 0x4ca4_0191L, header(FRAME)),
                counterSample(),
                expandedCounterSample()));
        assertThat(text.problems).isEmpty();
        assertThat(text.lines.get(1))
                .startsWith("flow compact @36+116 seq 1 source 0:3 NONE")
                .contains("rate 100 pool 1000 drops 2 in 0:3 out 0:4");
        assertThat(text.lines.get(2))
                .startsWith("flow expanded @160+128 seq 1 source 0:369098852 NONE")
                .contains("rate 100 pool 1000 drops 2 in 0:369098852 out 0:1285816721");
        assertThat(text.lines.get(3)).startsWith("counters compact @296+12 seq 11 source 0:3 NONE");
        assertThat(text.lines.get(4)).startsWith("counters expanded @316+16 seq 11 source 2:369098852 NONE");
    }

    /** S-10 to S-12. */
    @Test
    void shouldTellWhatAnInterfaceFieldIs() {
        assertThat(flow(compactFlowSample(0, 0x3fff_ffffL)).inputKind()).isEqualTo(InterfaceKind.UNKNOWN);
        assertThat(flow(compactFlowSample(0, 0x3fff_ffffL)).outputKind()).isEqualTo(InterfaceKind.LOCAL);
        FlowSample acl = flow(compactFlowSample(3, 0x4000_0102L));
        assertThat(acl.inputKind()).isEqualTo(InterfaceKind.INDEX);
        assertThat(acl.outputKind()).isEqualTo(InterfaceKind.DISCARDED);
        assertThat(DropReasons.name(acl.outputValue)).isEqualTo("acl");
        assertThat(DropReasons.name(flow(compactFlowSample(3, 0x4000_0001L)).outputValue))
                .isEqualTo("host_unreachable");
        FlowSample multiple = flow(compactFlowSample(3, 0x8000_0007L));
        assertThat(multiple.outputKind()).isEqualTo(InterfaceKind.MULTIPLE);
        assertThat(multiple.outputValue).isEqualTo(7);
        assertThat(flow(compactFlowSample(3, 0xc000_0001L)).outputKind()).isEqualTo(InterfaceKind.OTHER);
        FlowSample local = flow(expandedFlowSample(0, 0x3fff_ffffL, 0, 0xffff_ffffL));
        assertThat(local.inputKind()).isEqualTo(InterfaceKind.LOCAL);
        assertThat(local.outputKind()).isEqualTo(InterfaceKind.LOCAL);
        assertThat(flow(expandedFlowSample(0, 3, 2, 0)).outputKind()).isEqualTo(InterfaceKind.MULTIPLE);
        assertThat(flow(expandedFlowSample(0, 0x4000_0001L, 9, 0)).inputKind()).isEqualTo(InterfaceKind.INDEX);
    }

    /** S-16: padding is no part of the header. */
    @Test
    void shouldLeaveThePaddingOfAHeaderOut() {
        byte[] odd = new byte[122];
        Arrays.fill(odd, (byte) 0x11);
        FlowSample sample = flow(flowSample(header(odd), words(1029, 5)));
        assertThat(sample.packet.header.octets).isEqualTo(122);
        assertThat(sample.records.octets(0)).isEqualTo(140);
        assertThat(sample.packet.vniEgress).isEqualTo(5);
    }

    /** S-16: an agent that leaves the padding out of the record's length, but not out of the datagram. */
    @Test
    void shouldRoundTheLengthOfARecordUp() {
        Part unrounded = lyingBlock(1, 18, w -> w.u32(1).u32(64).u32(4).u32(2).raw((byte) 1, (byte) 2));
        SflowText text = SflowText.of(datagram(flowSample(unrounded, words(1029, 5))));
        assertThat(text.problems).isEmpty();
        assertThat(text.flow.packet.header.octets).isEqualTo(2);
        assertThat(text.flow.packet.vniEgress).isEqualTo(5);
    }

    /** S-18, S-19: all records of a sample are of one packet; each has its place. */
    @Test
    void shouldKeepTheRecordsOfOnePacketTogether() {
        Part ethernet = block(
                0,
                2,
                w -> w.u32(60).mac(0x0200_0000_0001L).mac(0x0200_0000_0002L).u32(0x0800));
        Part ipv4 = block(0, 3, w -> w.u32(46)
                .u32(17)
                .u32(0x0a00_0001L)
                .u32(0x0a00_0002L)
                .u32(40_000)
                .u32(53)
                .u32(0)
                .u32(8));
        SampledPacket packet = flow(flowSample(ethernet, ipv4)).packet;
        assertThat(packet.present).isEqualTo(SampledPacket.ETHERNET | SampledPacket.IPV4);
        assertThat(packet.ethernet.sourceMac).isEqualTo(0x0200_0000_0001L);
        assertThat(packet.ethernet.destinationMac).isEqualTo(0x0200_0000_0002L);
        assertThat(packet.ethernet.type).isEqualTo(0x0800);
        assertThat(packet.ipv4.length).isEqualTo(46);
        assertThat(packet.ipv4.source.low).isEqualTo(0x0a00_0001L);
        assertThat(packet.ipv4.destinationPort).isEqualTo(53);
        assertThat(packet.ipv4.typeOfService).isEqualTo(8);
    }

    @Test
    void shouldTakeTheFirstOfARecordThatComesTwice() {
        FlowSample sample = flow(flowSample(words(1029, 5), words(1029, 6)));
        assertThat(sample.packet.vniEgress).isEqualTo(5);
        assertThat(sample.records.size()).isEqualTo(2);
    }

    /** S-20. */
    @Test
    void shouldTellAnUnknownVlanFromUntagged() {
        SampledPacket packet = flow(flowSample(
                        words(1001, 0xffff_ffffL, 0xffff_ffffL, 0, 3), words(1012, 2, 0x88a8_0064L, 0x8100_2001L)))
                .packet;
        assertThat(packet.sourceVlan).isEqualTo(-1);
        assertThat(packet.sourcePriority).isEqualTo(-1);
        assertThat(packet.destinationVlan).isZero();
        assertThat(packet.destinationPriority).isEqualTo(3);
        assertThat(packet.strippedVlans.count).isEqualTo(2);
    }

    /** S-21. */
    @Test
    void shouldTakeTheDestinationFromTheLastSequence() {
        SampledGateway mixed = flow(flowSample(words(
                        1003,
                        1,
                        0x0a00_0001L,
                        100,
                        200,
                        300,
                        4,
                        2,
                        2,
                        65_001,
                        65_002,
                        1,
                        2,
                        65_003,
                        65_004,
                        2,
                        1,
                        65_005,
                        1,
                        1,
                        65_006,
                        2,
                        7,
                        8,
                        150)))
                .packet
                .gateway;
        assertThat(mixed.nextHop.low).isEqualTo(0x0a00_0001L);
        assertThat(mixed.as).isEqualTo(100);
        assertThat(mixed.sourceAs).isEqualTo(200);
        assertThat(mixed.sourcePeerAs).isEqualTo(300);
        assertThat(mixed.pathSegments).isEqualTo(4);
        assertThat(mixed.destinationAs).isEqualTo(65_005);
        assertThat(mixed.destinationPeerAs).isEqualTo(65_001);
        assertThat(mixed.communities.count).isEqualTo(2);
        assertThat(mixed.localPreference).isEqualTo(150);
    }

    @Test
    void shouldKnowNoDestinationOfAnEmptyPath() {
        SampledGateway internal = flow(flowSample(words(1003, 0, 100, 0, 0, 0, 0, 150))).packet.gateway;
        assertThat(internal.destinationAs).isEqualTo(SampledGateway.NO_AS);
        assertThat(internal.destinationPeerAs).isEqualTo(SampledGateway.NO_AS);
        assertThat(internal.localPreference).isEqualTo(150);
        SampledGateway set = flow(flowSample(words(1003, 0, 100, 0, 0, 2, 2, 0, 1, 1, 65_001, 0, 150))).packet.gateway;
        assertThat(set.destinationAs).isEqualTo(SampledGateway.NO_AS);
        assertThat(set.destinationPeerAs).isEqualTo(65_001);
    }

    /** S-21, S-24: a path that claims more than there is. */
    @Test
    void shouldKeepThePathOfAGatewayCutBehindIt() {
        SflowText cut = SflowText.of(datagram(flowSample(words(1003, 0, 100, 1, 2, 1, 2, 1, 65_001, 5, 7))));
        assertThat(cut.problems).containsExactly(SflowProblem.SHORT_RECORD);
        assertThat(cut.flow.packet.gateway.destinationAs).isEqualTo(65_001);
        assertThat(cut.flow.packet.gateway.communities.count).isEqualTo(1);
        SflowText within = SflowText.of(datagram(flowSample(words(1003, 0, 100, 1, 2, 1, 2, 9, 65_001))));
        assertThat(within.problems).containsExactly(SflowProblem.SHORT_RECORD);
        assertThat(within.flow.packet.has(SampledPacket.GATEWAY)).isFalse();
        SflowText many = SflowText.of(datagram(flowSample(words(1003, 0, 100, 1, 2, 0xffff_ffffL, 2, 0, 2, 0))));
        assertThat(many.problems).containsExactly(SflowProblem.SHORT_RECORD);
    }

    /** S-23. */
    @Test
    void shouldReadTextsOfAnyOctets() {
        byte[] octets = datagram(discardedPacket(
                289,
                block(0, 1042, w -> w.string("NOT_SPECIFIED")),
                block(0, 1038, w -> w.opaque(new byte[] {'a', (byte) 0xff, 'b'})),
                block(0, 1041, w -> w.string("").string("ttl_value_is_too_small"))));
        SflowText text = SflowText.of(octets);
        ByteBuffer buffer = ByteBuffer.wrap(octets);
        SampledPacket packet = text.discarded.packet;
        assertThat(packet.linuxDropReason.text(buffer)).isEqualTo("NOT_SPECIFIED");
        assertThat(packet.function.text(buffer)).isEqualTo("a\ufffdb");
        assertThat(packet.trapGroup.text(buffer)).isEmpty();
        assertThat(packet.trap.text(buffer)).isEqualTo("ttl_value_is_too_small");
        byte[] longText = datagram(discardedPacket(1, block(0, 1038, w -> w.string("x".repeat(5000)))));
        assertThat(SflowText.of(longText).discarded.packet.function.text(ByteBuffer.wrap(longText)))
                .hasSize(OctetRange.MAX_TEXT_OCTETS);
    }

    /** S-25. */
    @Test
    void shouldTellAnUnknownCounterFromAValue() {
        Part counters = block(0, 1, w -> w.u32(9)
                .u32(6)
                .u64(100_000_000)
                .u32(1)
                .u32(1)
                .u64(-1)
                .u32(-1)
                .u32(0)
                .u32(0xffff_fffeL)
                .u32(1)
                .u32(2)
                .u32(-1)
                .u64(7)
                .u32(8)
                .u32(9)
                .u32(10)
                .u32(11)
                .u32(12)
                .u32(0));
        InterfaceCounters c = counters(counterSample(counters)).interfaceCounters;
        assertThat(c.index).isEqualTo(9);
        assertThat(c.speed).isEqualTo(100_000_000);
        assertThat(c.isAdminUp()).isTrue();
        assertThat(c.isOperUp()).isFalse();
        assertThat(c.inOctets).isEqualTo(InterfaceCounters.UNKNOWN);
        assertThat(c.inUnicastPackets).isEqualTo(InterfaceCounters.UNKNOWN);
        assertThat(c.inMulticastPackets).isZero();
        assertThat(c.inBroadcastPackets).isEqualTo(0xffff_fffeL);
        assertThat(c.inUnknownProtocols).isEqualTo(InterfaceCounters.UNKNOWN);
        assertThat(c.outOctets).isEqualTo(7);
        assertThat(c.outErrors).isEqualTo(12);
        assertThat(c.promiscuousMode).isZero();
    }

    @Test
    void shouldReadCountersOfAnInterfaceAndItsEthernet() {
        CounterSample sample = counters(expandedCounterSample(
                words(2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0xffff_ffffL),
                words(1, 9, 6, 0, 1000, 1, 3, 0, 5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 1)));
        assertThat(sample.hasEthernetCounters).isTrue();
        assertThat(sample.ethernetCounters.fcsErrors).isEqualTo(2);
        assertThat(sample.ethernetCounters.symbolErrors).isEqualTo(InterfaceCounters.UNKNOWN);
        assertThat(sample.hasInterfaceCounters).isTrue();
        assertThat(sample.interfaceCounters.inOctets).isEqualTo(5);
        assertThat(sample.interfaceCounters.outOctets).isEqualTo(6);
        assertThat(sample.interfaceCounters.isOperUp()).isTrue();
    }

    @Test
    void shouldTakeWhatIsThereOfShortCounters() {
        SflowText text = SflowText.of(datagram(counterSample(words(1, 9, 6, 0, 1000, 1, 3, 0, 5, 77))));
        assertThat(text.problems).containsExactly(SflowProblem.SHORT_RECORD);
        assertThat(text.counters.interfaceCounters.inOctets).isEqualTo(5);
        assertThat(text.counters.interfaceCounters.inUnicastPackets).isEqualTo(77);
        assertThat(text.counters.interfaceCounters.inErrors).isEqualTo(InterfaceCounters.UNKNOWN);
        assertThat(text.counters.interfaceCounters.outOctets).isEqualTo(InterfaceCounters.UNKNOWN);
        assertThat(SflowText.of(datagram(counterSample(words(1)))).counters.hasInterfaceCounters)
                .isFalse();
    }

    /** S-26. */
    @Test
    void shouldReadADiscardedPacket() {
        SflowText text = SflowText.of(datagram(discardedPacket(
                289,
                block(0, 1042, w -> w.string("NOT_SPECIFIED")),
                block(0, 1038, w -> w.string("__udp4_lib_rcv+0xbed/0xd90")),
                words(1036, 6),
                header(1, 56, 4, new byte[56]))));
        assertThat(text.problems).isEmpty();
        DiscardedPacket discarded = text.discarded;
        assertThat(discarded.sequenceNumber).isEqualTo(21);
        assertThat(discarded.sourceIndex).isEqualTo(3);
        assertThat(discarded.drops).isEqualTo(5);
        assertThat(discarded.inputIfIndex).isEqualTo(3);
        assertThat(discarded.outputIfIndex).isEqualTo(4);
        assertThat(DropReasons.name(discarded.reason)).isEqualTo("unknown_l4");
        assertThat(discarded.packet.egressQueue).isEqualTo(6);
        assertThat(discarded.packet.layer2Octets()).isEqualTo(56);
    }

    /** S-27: whole samples first, then what is there of the one that was cut, then the problem. */
    @Test
    void shouldKeepWhatADatagramCutShortHolds() {
        byte[] whole = datagram(flowSample(header(FRAME)), flowSample(words(1029, 5), header(FRAME)));
        byte[] cut = Arrays.copyOf(whole, whole.length - 40);
        SflowText text = SflowText.of(cut);
        assertThat(text.problems).containsExactly(SflowProblem.TRUNCATED_DATAGRAM);
        assertThat(text.lines.get(1)).contains(" NONE ");
        assertThat(text.lines.get(2)).contains(" TRUNCATED_DATAGRAM ").contains("1029[vni=5]");
        assertThat(text.lines.get(3)).isEqualTo("problem TRUNCATED_DATAGRAM @152");
        assertThat(text.flow.packet.header.octets).isEqualTo(20);
    }

    @Test
    void shouldSayThatASampleEndsWithinItsHead() {
        byte[] whole = datagram(flowSample(header(FRAME)), flowSample(header(FRAME)));
        SflowText inFields = SflowText.of(Arrays.copyOf(whole, 152 + 8 + 20));
        assertThat(inFields.lines.subList(2, 4)).containsExactly("problem TRUNCATED_DATAGRAM @152", "end");
        SflowText inBlock = SflowText.of(Arrays.copyOf(whole, 152 + 4));
        assertThat(inBlock.lines.subList(2, 4)).containsExactly("problem TRUNCATED_DATAGRAM @152", "end");
    }

    /** S-28. */
    @Test
    void shouldBearACountThatIsNotTrue() {
        assertThat(SflowText.of(datagram()).problems).isEmpty();
        SflowText more = SflowText.of(bytes(head(9), flowSample(header(FRAME))));
        assertThat(more.lines).hasSize(4);
        assertThat(more.problems).containsExactly(SflowProblem.TRUNCATED_DATAGRAM);
        SflowText fewer = SflowText.of(bytes(head(1), flowSample(header(FRAME)), flowSample(header(FRAME))));
        assertThat(fewer.lines).hasSize(4);
        assertThat(fewer.problems).containsExactly(SflowProblem.TRAILING_OCTETS);
        SflowText absurd = SflowText.of(bytes(head(0xffff_ffffL), flowSample(header(FRAME))));
        assertThat(absurd.problems).containsExactly(SflowProblem.TRUNCATED_DATAGRAM);
    }

    @Test
    void shouldBearRecordsThatAreFewerOrLongerThanAnnounced() {
        Part announcesTwo = lyingBlock(
                1,
                32 + 12,
                w -> w.u32(1).u32(3).u32(1).u32(1).u32(0).u32(3).u32(4).u32(2).parts(words(1029, 5)));
        Part longRecord = lyingBlock(1, 32 + 12, w -> w.u32(1)
                .u32(3)
                .u32(1)
                .u32(1)
                .u32(0)
                .u32(3)
                .u32(4)
                .u32(2)
                .parts(lyingBlock(1029, 99, v -> v.u32(6))));
        SflowText text = SflowText.of(datagram(announcesTwo, longRecord, flowSample(words(1029, 7))));
        assertThat(text.problems).containsExactly(SflowProblem.TRUNCATED_SAMPLE, SflowProblem.TRUNCATED_SAMPLE);
        assertThat(text.lines.get(2)).contains("TRUNCATED_SAMPLE").contains("1029[vni=5]");
        assertThat(text.lines.get(4)).contains("TRUNCATED_SAMPLE").contains("1029[vni=6]");
        assertThat(text.lines.get(5)).contains(" NONE ").contains("1029[vni=7]");
    }

    @Test
    void shouldReportASampleShorterThanItsFields() {
        SflowText text = SflowText.of(datagram(
                block(0, 1, w -> w.u32(1)),
                block(0, 2, w -> w.u32(1)),
                block(0, 3, w -> w.u64(1)),
                block(0, 4, w -> {}),
                block(0, 5, w -> w.u64(1).u64(1)),
                flowSample(header(FRAME))));
        assertThat(text.problems).isEqualTo(Collections.nCopies(5, SflowProblem.SHORT_SAMPLE));
        assertThat(text.lines).hasSize(8);
    }

    /** The extension rule holds for samples, too. */
    @Test
    void shouldPassOverOctetsBehindTheRecordsOfASample() {
        Part extended = block(0, 1, w -> w.u32(1)
                .u32(3)
                .u32(1)
                .u32(1)
                .u32(0)
                .u32(3)
                .u32(4)
                .u32(1)
                .parts(words(1029, 5))
                .u64(42));
        SflowText text = SflowText.of(datagram(extended, flowSample(words(1029, 6))));
        assertThat(text.problems).isEmpty();
        assertThat(text.lines.get(2)).contains("1029[vni=6]");
    }

    @Test
    void shouldListABoundedNumberOfRecordsAndReadTheOthers() {
        Part[] records = new Part[100];
        Arrays.fill(records, words(4000));
        records[99] = words(1029, 5);
        SflowText text = SflowText.of(datagram(flowSample(records)));
        assertThat(text.problems).containsExactly(SflowProblem.TOO_MANY_RECORDS);
        assertThat(text.flow.records.size()).isEqualTo(RecordList.MAX_RECORDS);
        assertThat(text.flow.packet.vniEgress).isEqualTo(5);
        assertThat(text.flow.problem).isEqualTo(SflowProblem.TOO_MANY_RECORDS);
    }

    /** S-29, and what else is sent to the port of sFlow. */
    @Test
    void shouldKnowOtherVersionsByTheirNumber() {
        assertThat(SflowText.of(bytes(w -> w.u32(2).u32(1).u64(0).u64(0))).lines)
                .containsExactly("problem OLD_VERSION @0", "end");
        assertThat(SflowText.of(bytes(w -> w.u32(4).u32(1).u64(0).u64(0))).problems)
                .containsExactly(SflowProblem.OLD_VERSION);
        Part netflow5 = w -> w.u32(0x0005_0007L).u64(0).u64(0);
        assertThat(SflowText.of(bytes(netflow5)).problems).containsExactly(SflowProblem.UNKNOWN_VERSION);
        assertThat(SflowText.of(new byte[0]).problems).containsExactly(SflowProblem.TRUNCATED_DATAGRAM);
        assertThat(SflowText.of(Arrays.copyOf(datagram(), HEAD_LENGTH - 1)).problems)
                .containsExactly(SflowProblem.TRUNCATED_DATAGRAM);
    }

    /** S-30. */
    @Test
    void shouldReadTheTimeOfAPacket() {
        assertThat(flow(flowSample(block(0, 1043, w -> w.u64(1_764_432_000_123_456_789L)))).packet.timestampNanos)
                .isEqualTo(1_764_432_000_123_456_789L);
    }

    /** S-31. */
    @Test
    void shouldTellOnWhichSideAPacketWasSampled() {
        FlowSample ingress = flow(compactFlowSample(3, 4));
        assertThat(ingress.isSampledOnInput()).isTrue();
        assertThat(ingress.isSampledOnOutput()).isFalse();
        FlowSample egress = flow(compactFlowSample(2, 3));
        assertThat(egress.isSampledOnInput()).isFalse();
        assertThat(egress.isSampledOnOutput()).isTrue();
        assertThat(flow(compactFlowSample(2, 0x4000_0003L)).isSampledOnOutput()).isFalse();
    }

    /** S-33: headers put on and taken off have places of their own. */
    @Test
    void shouldKeepOuterAndInnerHeadersApart() {
        Part outer = w -> w.u32(100)
                .u32(17)
                .u32(0x0a00_0001L)
                .u32(0x0a00_0002L)
                .u32(1)
                .u32(4789)
                .u32(0)
                .u32(0);
        SampledPacket packet = flow(flowSample(
                        header(FRAME),
                        block(0, 1023, outer),
                        words(1029, 42),
                        words(1027, 50),
                        words(1024, 60, 47, 1, 2, 0, 0, 0, 0)))
                .packet;
        assertThat(packet.has(SampledPacket.HEADER | SampledPacket.IPV4_TUNNEL_EGRESS | SampledPacket.VNI_EGRESS))
                .isTrue();
        assertThat(packet.ipv4TunnelEgress.destinationPort).isEqualTo(4789);
        assertThat(packet.ipv4TunnelIngress.protocol).isEqualTo(47);
        assertThat(packet.decapsulateEgressOffset).isEqualTo(50);
        assertThat(packet.has(SampledPacket.IPV4)).isFalse();
    }

    @Test
    void shouldForgetThePacketOfTheSampleBefore() {
        SflowText text = SflowText.of(datagram(flowSample(words(1029, 5), header(FRAME)), flowSample()));
        assertThat(text.flow.packet.present).isZero();
        assertThat(text.flow.records.size()).isZero();
    }

    @Test
    void shouldReadADatagramAmidOthers() {
        byte[] octets = datagram(flowSample(header(FRAME)));
        SflowText text = SflowText.of(
                new SflowDecoder(), ByteBuffer.wrap(bytes(w -> w.u32(1), all(w -> w.raw(octets)))), 4, octets.length);
        assertThat(text.lines).isEqualTo(SflowText.of(octets).lines);
    }

    @Test
    void shouldRefuseACallerThatIsWrong() {
        SflowText listener = SflowText.of(datagram());
        ByteBuffer buffer = ByteBuffer.allocate(8);
        assertThatThrownBy(() -> new SflowDecoder().decode(buffer, 4, 5, listener))
                .isInstanceOf(IndexOutOfBoundsException.class);
        ByteBuffer little = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        assertThatThrownBy(() -> new SflowDecoder().decode(little, 0, 8, listener))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static FlowSample flow(Part sample) {
        SflowText text = SflowText.of(datagram(sample));
        assertThat(text.problems).isEmpty();
        return text.flow;
    }

    private static CounterSample counters(Part sample) {
        SflowText text = SflowText.of(datagram(sample));
        assertThat(text.problems).isEmpty();
        return text.counters;
    }
}
