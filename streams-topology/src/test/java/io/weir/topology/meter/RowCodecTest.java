package io.weir.topology.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.schemas.ObservationPoint;
import io.weir.schemas.packets.CanonicalKey;
import io.weir.schemas.packets.ForwardingAddress;
import io.weir.schemas.packets.ForwardingNumber;
import io.weir.schemas.packets.IcmpError;
import io.weir.schemas.packets.ReportedForwarding;
import io.weir.state.RowOutput;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.junit.jupiter.api.Test;

class RowCodecTest {

    /** Links, queue places and what follows from other fields are made anew. */
    private static final Set<String> NOT_KEPT = Set.of(
            "point",
            "nextInSlot",
            "deltas",
            "expiryBucket",
            "row",
            "next",
            "emitted",
            "lastHeardMs",
            "closing",
            "watched");

    private final Random random = new Random(9);

    @Test
    void shouldKeepEveryFieldOfAFlow() throws IllegalAccessException {
        for (int windows = 0; windows < 8; windows++) {
            boolean enclosed = windows > 3;
            boolean application = windows % 3 > 0;
            FlowRow row = new FlowRow();
            fill(row);
            row.emitted = windows % 2 == 1;
            row.point = new ObservationState(random.nextLong());
            row.key = sharedKey();
            if (enclosed) {
                row.enclosure = new Enclosure(random.nextLong(), new long[] {random.nextLong(), random.nextLong()});
                row.enclosure.parents = parents();
                row.enclosure.parents.seenB = true;
            }
            if (application) {
                row.extras().application = application(windows > 4);
            }
            if (windows % 3 == 2) {
                row.extras().icmpErrors = new LastIcmpErrors();
                fill(row.icmpErrors().a);
                fill(row.icmpErrors().b);
                for (LastIcmpErrors.Last one : List.of(row.icmpErrors().a, row.icmpErrors().b)) {
                    one.type &= 0xff;
                    one.code &= 0xff;
                }
            }
            if (windows % 2 == 1) {
                row.extras().forwardingA = forwarding();
            }
            if (windows > 2) {
                row.extras().forwardingB = forwarding();
            }
            WindowDelta last = null;
            for (int i = 0; i < windows; i++) {
                WindowDelta delta = new WindowDelta(row, random.nextLong(), random.nextBoolean());
                fill(delta);
                if (enclosed && i != 1) {
                    delta.extras().parents = parents();
                    delta.parents().seenA = true;
                }
                if (i % 2 == 1) {
                    delta.extras().icmpErrors = new IcmpErrorCounts();
                    Arrays.setAll(delta.icmpErrors().a, kind -> random.nextInt());
                    Arrays.setAll(delta.icmpErrors().b, kind -> random.nextInt());
                }
                if (application && i % 2 == 0) {
                    fill(delta.countDns());
                }
                delta.next = last;
                last = delta;
            }
            row.deltas = last;

            FlowRow back = new FlowRow();
            long pointId = RowCodec.decode(value(row), back, new SharedObjects<>(), new SharedObjects<>());

            assertThat(pointId).isEqualTo(row.point.id);
            assertSame(row, back);
            assertThat(back.emitted).isEqualTo(row.emitted);
            assertThat(back.enclosure).usingRecursiveComparison().isEqualTo(row.enclosure);
            assertThat(back.key).isEqualTo(row.key);
            assertThat(back.icmpErrors()).usingRecursiveComparison().isEqualTo(row.icmpErrors());
            assertThat(back.application()).usingRecursiveComparison().isEqualTo(row.application());
            assertThat(back.forwarding(true)).isEqualTo(row.forwarding(true));
            assertThat(back.forwarding(false)).isEqualTo(row.forwarding(false));
            WindowDelta expected = row.deltas;
            for (WindowDelta delta = back.deltas; delta != null; delta = delta.next) {
                assertSame(expected, delta);
                assertThat(delta.row).isSameAs(back);
                assertThat(delta)
                        .usingRecursiveComparison()
                        .comparingOnlyFields("extras")
                        .isEqualTo(expected);
                expected = expected.next;
            }
            assertThat(expected).isNull();
        }
    }

    /** What is left out comes back as what it was. */
    @Test
    void shouldKeepAFlowThatHasHardlyAnything() throws IllegalAccessException {
        FlowRow row = new FlowRow();
        row.point = new ObservationState(random.nextLong());
        row.key = new SharedKey(0, 0, 0, 0, 0, 0, 0, CanonicalKey.NO_MAC, CanonicalKey.NO_MAC, 0);
        row.deltas = new WindowDelta(row, -1, false);

        FlowRow back = new FlowRow();
        RowCodec.decode(value(row), back, new SharedObjects<>(), new SharedObjects<>());

        assertSame(row, back);
        assertSame(row.deltas, back.deltas);
        assertThat(back.key).isEqualTo(row.key);
        assertThat(back.emitted).isFalse();
        assertThat(back.deltas.next).isNull();
    }

    /** Most of what a commit writes when there are many flows. */
    @Test
    void shouldTakeFewOctetsForACommonFlow() {
        FlowRow row = new FlowRow();
        row.point = new ObservationState(random.nextLong());
        CanonicalKey key = new CanonicalKey();
        key.etherType = 0x0800;
        key.setEndpoints(
                4, 6, 0, 0x0a2a_0001, 40_000, 0x0200_0000_0001L, 0, 0x0a2a_0002, 443, 0x0200_0000_0002L, false);
        row.setKey(key, SharedKey.of(key, 0));
        row.idSeed = random.nextLong();
        row.firstNanos = 1_764_000_000_000_000_000L;
        row.lastNanos = row.firstNanos + 20_000_000_000L;
        row.handshakeNanos = row.firstNanos + 30_000_000;
        row.serverHalfMicroseconds = 30_000;
        row.clientHalfMicroseconds = 10;
        row.deltas = new WindowDelta(row, 176_400_002, false);
        row.deltas.add(true, 10, 1140, 1000, FlowRow.ACK);
        row.deltas.add(false, 10, 15_140, 15_000, FlowRow.ACK);
        row.add(row.deltas);

        assertThat(value(row).length).isLessThanOrEqualTo(128);
    }

    @Test
    void shouldKeepEveryFieldOfAPoint() throws IllegalAccessException {
        ObservationState state = new ObservationState(random.nextLong());
        fill(state);
        state.point = new ObservationPoint("küste", "eth0#1", "pcap", 100);
        state.waitingErrors.add(waiting(17));
        state.waitingErrors.add(waiting(6));

        assertThat(RowCodec.isPoint(state.changelogKey())).isTrue();
        ObservationState back = new ObservationState(RowCodec.pointId(state.changelogKey()));
        RowCodec.decode(value(state), back);

        assertSame(state, back);
        assertThat(back.point).isEqualTo(state.point);
        assertThat(back.waitingErrors).hasSize(2);
        assertThat(back.waitingErrors)
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactlyElementsOf(state.waitingErrors);
    }

    @Test
    void shouldSayWhatToDoAboutAnotherFormat() {
        FlowRow row = new FlowRow();
        row.point = new ObservationState(1);
        row.key = sharedKey();
        byte[] value = value(row);
        value[0] = 9;

        assertThatThrownBy(() -> RowCodec.decode(value, new FlowRow(), new SharedObjects<>(), new SharedObjects<>()))
                .isInstanceOf(ProcessorStateException.class)
                .hasMessageContaining("format 9")
                .hasMessageContaining("reset");
    }

    private SharedForwarding forwarding() {
        ReportedForwarding said = new ReportedForwarding();
        said.set(ForwardingNumber.INGRESS_INTERFACE, random.nextInt() & 0xffff_ffffL);
        said.set(ForwardingAddress.BGP_NEXT_HOP, 6, random.nextLong(), random.nextLong());
        said.addLabel(random.nextInt(ReportedForwarding.MAX_LABEL));
        return SharedForwarding.of(said, ByteBuffer.allocate(SharedForwarding.MAX_OCTETS));
    }

    private QuotedError waiting(int protocol) {
        IcmpError error = new IcmpError();
        error.quoted.etherType = 0x86dd;
        error.sentByA = error.quoted.setEndpoints(
                6,
                protocol,
                random.nextLong(),
                random.nextLong(),
                1,
                CanonicalKey.NO_MAC,
                random.nextLong(),
                random.nextLong(),
                65535,
                CanonicalKey.NO_MAC,
                false);
        error.quoted.tunnel = random.nextLong();
        error.quoted.vlanCount = 1;
        error.quoted.vlanIds = 7;
        error.timeNanoseconds = random.nextLong();
        error.type = 255;
        error.code = 200;
        error.senderHigh = random.nextLong();
        error.senderLow = random.nextLong();
        return QuotedError.of(error);
    }

    private ApplicationFacts application(boolean withTexts) throws IllegalAccessException {
        ApplicationFacts facts = new ApplicationFacts();
        for (Field field : ApplicationFacts.class.getDeclaredFields()) {
            if (field.getType() == String.class && withTexts) {
                field.set(facts, "text of " + field.getName());
            }
        }
        fill(facts);
        facts.protocol = random.nextInt(100);
        for (int i = 0; i < ApplicationFacts.MAX_OPEN_QUERIES; i++) {
            facts.openQueries[i] = random.nextInt();
            facts.openQueryNanos[i] = random.nextLong();
        }
        return facts;
    }

    private SharedKey sharedKey() {
        return new SharedKey(
                random.nextLong(),
                random.nextLong(),
                random.nextLong(),
                random.nextLong(),
                random.nextLong(),
                random.nextLong(),
                random.nextLong(),
                random.nextLong(),
                random.nextLong(),
                random.nextLong());
    }

    private Parents parents() throws IllegalAccessException {
        Parents parents = new Parents();
        fill(parents);
        return parents;
    }

    private void fill(Object row) throws IllegalAccessException {
        for (Field field : fields(row.getClass())) {
            if (!isKept(field)) {
                continue;
            }
            if (field.getType() == long.class) {
                field.setLong(row, random.nextLong());
            } else if (field.getType() == int.class) {
                field.setInt(row, random.nextInt());
            } else if (field.getType() == short.class) {
                field.setShort(row, (short) random.nextInt());
            } else if (field.getType() == byte.class) {
                field.setByte(row, (byte) random.nextInt());
            } else if (field.getType() == boolean.class) {
                field.setBoolean(row, random.nextBoolean());
            }
        }
    }

    /** By reflection: a field that is added later and forgotten in the codec shows here. */
    private static void assertSame(Object expected, Object actual) throws IllegalAccessException {
        for (Field field : fields(expected.getClass())) {
            if (isKept(field) && field.getType().isPrimitive()) {
                assertThat(field.get(actual)).as(field.getName()).isEqualTo(field.get(expected));
            }
        }
    }

    /** Those of superclasses in the same package included. */
    private static List<Field> fields(Class<?> of) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> one = of; one.getPackage() == FlowRow.class.getPackage(); one = one.getSuperclass()) {
            fields.addAll(List.of(one.getDeclaredFields()));
        }
        return fields;
    }

    private static boolean isKept(Field field) {
        int modifiers = field.getModifiers();
        boolean fixed = Modifier.isStatic(modifiers) || Modifier.isFinal(modifiers);
        return !field.isSynthetic() && !fixed && !NOT_KEPT.contains(field.getName());
    }

    private static byte[] value(FlowRow row) {
        RowOutput out = new RowOutput();
        row.writeValue(out);
        return out.toArray();
    }

    private static byte[] value(ObservationState row) {
        RowOutput out = new RowOutput();
        row.writeValue(out);
        return out.toArray();
    }
}
