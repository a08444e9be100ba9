package io.weir.topology.netflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.testing.Captures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Captures of real exporters against what two independent tools read in them: every header, template, record, and flow. */
class CaptureTruthTest {
    static Stream<String> captures() {
        List<String> names = new ArrayList<>();
        Captures.all("nf5-", "nf9-", "ipfix-", "nfx-")
                .forEach(path -> names.add(path.getFileName().toString()));
        return names.isEmpty() ? Stream.of("none") : names.stream();
    }

    @ParameterizedTest
    @MethodSource("captures")
    void shouldAgreeWithTheDissector(String name) throws IOException {
        List<ExportCapture.Datagram> datagrams = ExportCapture.read(Captures.require(name));
        DissectorComparison comparison = new DissectorComparison();
        JsonNode list = truth(name).at("/netflow/list");
        Map<Integer, JsonNode> byFrame = new HashMap<>();
        list.forEach(datagram -> byFrame.put(datagram.path("frame").asInt(), datagram));
        for (ExportCapture.Datagram datagram : datagrams) {
            JsonNode truth = byFrame.remove(datagram.frame());
            if (truth != null) {
                comparison.add(datagram, truth);
            }
        }
        assertThat(byFrame).as("datagrams not found in the capture").isEmpty();
        List<String> differences = comparison.differences();
        switch (name) {
            // The dissector knows templates by UDP port, which the exporter changes within the capture; the collector
            // reads them as we do.
            case "ipfix-options-reassigned.pcap" ->
                assertThat(differences)
                        .hasSize(2)
                        .allMatch(difference -> difference.contains("truth 0") && difference.contains("record 347"));
            // The dissector believes the count of the v9 header, 2, and leaves the third template and the data behind
            // it.
            case "nf9-vendors.pcap" ->
                assertThat(differences).singleElement().asString().startsWith("frame 22: records 3 truth 0");
            default -> assertThat(differences).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("captures")
    void shouldAgreeWithTheCollector(String name) throws IOException {
        NetflowDecoder decoder = new NetflowDecoder(patientWithClocks());
        Recording recording = new Recording().of(decoder);
        for (ExportCapture.Datagram datagram : ExportCapture.read(Captures.require(name))) {
            Decoding.decode(decoder, recording, datagram.payload(), datagram.exporter(), exportNanos(datagram));
        }
        List<String> differences = new CollectorComparison(recording.records)
                .differences(truth(name).at("/nfdump"));
        assertThat(differences).isEmpty();
    }

    /** Exporters that read captures (softflowd, YAF) give times far from when they export, which the collector takes as they are. */
    private static NetflowLimits patientWithClocks() {
        NetflowLimits limits = NetflowLimits.defaults();
        return new NetflowLimits(
                limits.maxExporters(),
                limits.maxTemplatesPerExporter(),
                limits.maxFieldsPerTemplate(),
                limits.maxTemplateOctets(),
                limits.templateLifetimeNanos(),
                limits.maxPendingSetsPerExporter(),
                limits.maxPendingOctetsPerExporter(),
                limits.maxPendingOctets(),
                limits.pendingLifetimeNanos(),
                TimeUnit.DAYS.toNanos(50),
                TimeUnit.DAYS.toNanos(50),
                limits.maxOptionsPerExporter(),
                limits.maxOptions());
    }

    /** Whatever is told as wrong is wrong in the capture. */
    @ParameterizedTest
    @MethodSource("captures")
    void shouldTellNothingWrongButWhatIs(String name) throws IOException {
        NetflowDecoder decoder = Decoding.decoder();
        Recording recording = new Recording();
        for (ExportCapture.Datagram datagram : ExportCapture.read(Captures.require(name))) {
            Decoding.decode(decoder, recording, datagram.payload(), datagram.exporter(), exportNanos(datagram));
        }
        switch (name) {
            // A count of 55,582.
            case "nf5-vendors.pcap" -> assertThat(recording.problemKinds()).containsExactly(NetflowProblem.BAD_COUNT);
            // A set of 100 octets with one record of 83 and 17 that are no padding.
            case "nf9-vendors.pcap" ->
                assertThat(recording.problems)
                        .singleElement()
                        .isEqualTo(new Recording.Problem(NetflowProblem.PARTIAL_RECORD, 167, 17));
            // A datagram whose lengths were made up: octets of a further record in each set, the second beyond the
            // message.
            case "nfx-telegraf.pcap" ->
                assertThat(recording.problemKinds())
                        .containsExactly(
                                NetflowProblem.PARTIAL_RECORD,
                                NetflowProblem.SET_BEYOND_MESSAGE,
                                NetflowProblem.PARTIAL_RECORD,
                                NetflowProblem.TRAILING_OCTETS);
            default -> assertThat(recording.problems).isEmpty();
        }
        assertThat(recording.givenUp).isEmpty();
    }

    /** The same records whether templates come before the data or behind them. */
    @ParameterizedTest
    @MethodSource("captures")
    void shouldReadTheSameWhenTemplatesComeLate(String name) throws IOException {
        List<ExportCapture.Datagram> datagrams = ExportCapture.read(Captures.require(name));
        NetflowDecoder knowing = Decoding.decoder();
        for (ExportCapture.Datagram datagram : datagrams) {
            Decoding.decode(knowing, new Recording(), datagram.payload(), datagram.exporter(), exportNanos(datagram));
        }
        // Only what is never redefined can be told in either order.
        Recording early = new Recording();
        for (ExportCapture.Datagram datagram : datagrams) {
            Decoding.decode(knowing, early, datagram.payload(), datagram.exporter(), exportNanos(datagram));
        }
        NetflowDecoder ignorant = Decoding.decoder();
        Recording late = new Recording();
        for (ExportCapture.Datagram datagram : datagrams) {
            byte[] payload = TemplateSets.without(datagram.payload());
            Decoding.decode(ignorant, late, payload, datagram.exporter(), exportNanos(datagram));
        }
        for (ExportCapture.Datagram datagram : datagrams) {
            byte[] payload = TemplateSets.only(datagram.payload());
            Decoding.decode(ignorant, late, payload, datagram.exporter(), exportNanos(datagram));
        }
        if (!early.changes.contains(TemplateChange.REDEFINED)) {
            assertThat(flows(late)).containsExactlyInAnyOrderElementsOf(flows(early));
        }
        assertThat(late.held)
                .hasSize(late.released.size()
                        + late.givenUp.size()
                        + ignorant.pending().size());
        assertThat(ignorant.pending().size()).isEqualTo(knowing.pending().size() / 2);
    }

    private static List<String> flows(Recording recording) {
        return recording.records.stream()
                .map(seen -> seen.exporter() + " " + seen.templateId() + " " + seen.domain() + seen.fields())
                .toList();
    }

    /** When the exporter sent it, by its clock: captures were put together long after. */
    static long exportNanos(ExportCapture.Datagram datagram) {
        ByteBuffer payload = ByteBuffer.wrap(datagram.payload());
        int seconds = payload.getInt(payload.getShort(0) == NetflowDecoder.IPFIX ? 4 : 8);
        return Integer.toUnsignedLong(seconds) * 1_000_000_000L;
    }

    static JsonNode truth(String name) throws IOException {
        try (InputStream in = Captures.truth(name.substring(0, name.lastIndexOf('.')))) {
            return new ObjectMapper().readTree(in);
        }
    }

    static long epochMillis(String text) {
        return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC).toEpochMilli();
    }
}
