package io.weir.advisor.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.advisor.host.Observation.ApplicationGlance;
import io.weir.advisor.host.Observation.DnsGlance;
import io.weir.advisor.host.Observation.FlowSpan;
import io.weir.advisor.host.Observation.Traffic;
import io.weir.schemas.Confidence;
import io.weir.schemas.FlowClass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostTableTest {

    private static final long T0 = 1_700_000_000_000_000L;
    private static final int HOUR_S = 3600;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldRememberTheSameInWhateverOrderRecordsCome(long seed) {
        List<Observation> seen = someObservations(seed, 3_000, 40);
        Map<String, String> inOrder = remembered(seen);

        Collections.shuffle(seen, new Random(seed));

        assertThat(remembered(seen)).isEqualTo(inOrder).hasSizeGreaterThan(100);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void shouldComeBackFromItsChangelogAsItWas(long seed) {
        HostTable table = table(1_000, 100_000);
        someObservations(seed, 3_000, 40).forEach(one -> {
            table.began(one);
            table.wasAsked(one);
        });
        Map<String, String> before = rows(table);

        HostTable other = new HostTable(1_000, 100_000);
        table.writeAll(other::restore);
        other.open(null, null);

        assertThat(rows(other)).isEqualTo(before);
        assertThat(other.hosts()).isEqualTo(table.hosts());
        assertThat(other.contacts()).isEqualTo(table.contacts());

        // And goes on as the first would have.
        List<Observation> more = someObservations(seed + 100, 500, 40);
        for (HostTable one : List.of(table, other)) {
            more.forEach(seen -> {
                one.began(seen);
                one.wasAsked(seen);
            });
        }
        assertThat(rows(other)).isEqualTo(rows(table));
    }

    /** Strangers make room first: those of which a single contact is known. */
    @Test
    void shouldKeepTheHostsItKnowsThroughAFloodOfForgedAddresses() {
        HostTable table = table(100, 10_000);
        HostKey scanner = v4(1);
        for (int port = 1; port <= 10; port++) {
            table.began(observation(scanner, v4(2), port, Outcome.REFUSED, port, port));
        }
        List<HostKey> evicted = new ArrayList<>();
        table.onEvicted(host -> evicted.add(host.key()));

        for (int i = 0; i < 10_000; i++) {
            table.began(observation(v4(1_000 + i), v4(3), 80, Outcome.UNANSWERED, 100 + i, 1_000 + i));
        }

        assertThat(table.hosts()).isEqualTo(100);
        assertThat(table.evictedHosts()).isEqualTo(10_001 - 100).isEqualTo(evicted.size());
        assertThat(evicted).doesNotContain(scanner).first().isEqualTo(v4(1_000));
        List<Host> left = new ArrayList<>();
        table.forEach(left::add);
        assertThat(left)
                .filteredOn(host -> host.key().equals(scanner))
                .singleElement()
                .satisfies(host -> assertThat(host.contacts()).hasSize(10));
    }

    @Test
    void shouldBoundTheContactsOfAHostAndOfAll() {
        HostTable table = table(100, 5_000);
        for (int i = 0; i < 20_000; i++) {
            table.began(observation(v4(1), v4(10 + i), 445, Outcome.UNANSWERED, i, i));
            table.wasAsked(observation(v4(9), v4(2), 1 + i, Outcome.UNANSWERED, i, 50_000 + i));
        }

        assertThat(table.contacts()).isLessThanOrEqualTo(Host.MAX_CONTACTS + Host.MAX_SERVICES);
        assertThat(table.forgottenContacts()).isEqualTo(40_000 - table.contacts());
        table.forEach(host -> {
            assertThat(host.contacts()).hasSizeLessThanOrEqualTo(Host.MAX_CONTACTS);
            assertThat(host.services()).hasSizeLessThanOrEqualTo(Host.MAX_SERVICES);
            if (host.key().equals(v4(1))) {
                assertThat(host.contacts())
                        .as("the latest stay")
                        .anyMatch(contact -> contact.key().peer().equals(v4(10 + 19_999)));
            }
        });

        HostTable small = table(100, 50);
        for (int i = 0; i < 1_000; i++) {
            small.began(observation(v4(1 + i % 10), v4(100 + i), 80, Outcome.ANSWERED, i, i));
            assertThat(small.contacts()).isLessThanOrEqualTo(50);
        }
        assertThat(small.hosts()).isGreaterThan(1);
    }

    @Test
    void shouldForgetWhatIsOlderThanADay() {
        HostTable table = table(100, 1_000);
        table.began(observation(v4(1), v4(2), 80, Outcome.ANSWERED, 0, 1));
        table.began(observation(v4(1), v4(3), 80, Outcome.ANSWERED, 2 * HOUR_S, 2));

        Host host = table.began(observation(v4(1), v4(4), 80, Outcome.ANSWERED, 25 * HOUR_S, 3))
                .host();

        assertThat(host.contacts()).extracting(contact -> contact.key().peer()).containsExactlyInAnyOrder(v4(3), v4(4));
        Map<Bytes, byte[]> changelog = new HashMap<>();
        table.writeAll((key, value) -> changelog.put(Bytes.wrap(key), value));
        HostTable other = new HostTable(100, 1_000);
        changelog.forEach((key, value) -> other.restore(key.get(), value));
        other.open(null, null);
        assertThat(other.contacts()).isEqualTo(2);
    }

    /** NetFlow of one record for each direction: what is asked is told by one interface, what is answered by another. */
    @Test
    void shouldSeeThatWhatOnePointAsksAnotherAnswers() {
        HostTable table = table(100, 1_000);
        Observation asked = observation(v4(1), v4(2), 161, Outcome.UNANSWERED, 0, 1);
        Host host = table.began(asked).host();
        assertThat(host.contacts()).singleElement().matches(Contact::failed);

        table.began(at("b|eth0|netflow", Outcome.ONE_SIDED, asked));
        assertThat(host.contacts()).singleElement().satisfies(contact -> assertThat(contact.outcome())
                .isEqualTo(Outcome.ANSWERED));

        Host other = table.began(observation(v4(3), v4(2), 161, Outcome.UNANSWERED, 0, 2))
                .host();
        table.began(at("b|eth0|netflow", Outcome.UNANSWERED, observation(v4(3), v4(2), 161, Outcome.UNANSWERED, 0, 3)));
        assertThat(other.contacts()).singleElement().matches(Contact::failed);
    }

    private static Observation at(String point, Outcome outcome, Observation like) {
        return new Observation(
                like.initiator(),
                like.responder(),
                like.protocol(),
                like.initiatorPort(),
                like.port(),
                like.flowClass(),
                like.confidence(),
                outcome,
                like.samplingRate(),
                point,
                like.flow(),
                like.delta(),
                like.application());
    }

    @Test
    void shouldSayThatItsChangelogIsDamaged() {
        HostTable table = table(100, 1_000);
        table.began(observation(v4(1), v4(2), 80, Outcome.ANSWERED, 0, 1));
        HostTable other = new HostTable(100, 1_000);
        table.writeAll((key, value) -> {
            other.restore(key, Arrays.copyOf(value, value.length - 3));
        });

        assertThatThrownBy(() -> other.open(null, null)).isInstanceOf(ProcessorStateException.class);
    }

    private static HostTable table(int maxHosts, int maxContacts) {
        HostTable table = new HostTable(maxHosts, maxContacts);
        table.open(null, null);
        return table;
    }

    private static Map<String, String> remembered(List<Observation> seen) {
        HostTable table = table(1_000, 100_000);
        seen.forEach(one -> {
            table.began(one);
            table.wasAsked(one);
        });
        return rows(table);
    }

    /** All that is remembered, as text by host and key; what order may change, the first name of a bounded map, is sorted. */
    private static Map<String, String> rows(HostTable table) {
        Map<String, String> rows = new TreeMap<>();
        table.forEach(host -> {
            rows.put(host.key() + "", host.firstMicros() + " " + host.lastMicros() + " " + host.isInside());
            host.contacts().forEach(contact -> rows.put(host.key() + ">" + contact.key(), text(contact)));
            host.services().forEach(service -> rows.put(host.key() + "<" + service.key(), text(service)));
            host.domains()
                    .forEach(domain -> rows.put(
                            host.key() + "?" + domain.domain() + domain.hour(),
                            domain.queries() + " " + domain.distinctNames() + " " + domain.meanNameLength() + " "
                                    + domain.longestName() + " " + domain.noSuchName() + " " + domain.carryingTypes()));
            host.known()
                    .forEach((hash, first, last) ->
                            rows.put(host.key() + "!" + Long.toHexString(hash), first + " " + last));
        });
        return rows;
    }

    private static String text(Contact contact) {
        StringBuilder text = new StringBuilder();
        PointView view = contact.view();
        text.append(contact.outcome()).append(contact.confidence()).append(contact.flowClass());
        text.append(view.point()).append(view.flowCount()).append(view.traffic());
        RecentFlows flows = view.flows();
        for (int i = 0; i < flows.size(); i++) {
            text.append('\n').append(flows.flowId(i)).append(' ').append(flows.startMicros(i));
            text.append(' ').append(flows.durationMs(i)).append(' ').append(flows.outcome(i));
            text.append(' ').append(flows.packetsOut(i)).append(' ').append(flows.packetsIn(i));
            text.append(' ').append(flows.octetsOut(i)).append(' ').append(flows.octetsIn(i));
        }
        return text.toString();
    }

    private static String text(ServedPort service) {
        StringBuilder text = new StringBuilder();
        ServiceView view = service.view();
        text.append(service.isAnswered()).append(service.outsiderMicros()).append(service.evidenceFlowId());
        text.append(view.point()).append(view.flowCount()).append(' ').append(view.distinctInitiators());
        text.append(' ').append(view.allPacketsIn());
        for (int i = 0; i < view.size(); i++) {
            text.append('\n').append(view.startMicros(i)).append(' ').append(view.attempts(i));
            text.append(' ').append(view.incomplete(i)).append(' ').append(view.packetsIn(i));
            text.append(' ').append(view.octetsIn(i)).append(' ').append(view.packetsOut(i));
        }
        return text.toString();
    }

    /** Records of few hosts over some hours, several of one flow among them, seen at two points. */
    private static List<Observation> someObservations(long seed, int count, int hosts) {
        Random random = new Random(seed);
        List<Observation> seen = new ArrayList<>();
        while (seen.size() < count) {
            HostKey from = v4(1 + random.nextInt(hosts));
            HostKey to = v4(1 + random.nextInt(hosts));
            int[] ports = {22, 53, 80, 443, 1 + random.nextInt(60_000)};
            int port = ports[random.nextInt(ports.length)];
            Outcome outcome = Outcome.of(random.nextInt(Outcome.values().length));
            long second = random.nextInt(3 * HOUR_S);
            long id = random.nextLong();
            String point = random.nextInt(3) == 0 ? "b|eth0|pcap" : "a|eth0|pcap";
            int records = 1 + random.nextInt(3);
            for (int i = 0; i < records; i++) {
                long start = T0 + second * 1_000_000;
                seen.add(new Observation(
                        from,
                        to,
                        port == 53 ? 17 : 6,
                        40_000,
                        port,
                        FlowClass.internal,
                        Confidence.high,
                        outcome,
                        1,
                        point,
                        new FlowSpan(id, 1, start, start + i * 10_000_000L, i == 0),
                        new Traffic(1 + random.nextInt(5), 60 + random.nextInt(900), 2, 300),
                        port == 53
                                ? new ApplicationGlance(
                                        "dns",
                                        true,
                                        null,
                                        new DnsGlance("h" + random.nextInt(9) + ".example.org", 1, 0, 1, 1, 0))
                                : null));
            }
        }
        return seen;
    }

    private static Observation observation(HostKey from, HostKey to, int port, Outcome outcome, long second, long id) {
        long start = T0 + second * 1_000_000;
        return new Observation(
                from,
                to,
                6,
                40_000,
                port,
                FlowClass.external,
                Confidence.high,
                outcome,
                1,
                "a|eth0|pcap",
                new FlowSpan(id, 1, start, start, true),
                new Traffic(1, 60, 0, 0),
                null);
    }

    private static HostKey v4(int host) {
        return HostKey.of((0x0a000000L + host) << 32, 0, false);
    }
}
