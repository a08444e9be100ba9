package io.weir.app.read;

import io.weir.app.failure.Failure;
import io.weir.app.terminal.Console;
import io.weir.schemas.ExporterStatus;
import io.weir.schemas.json.AvroJsonReader;
import io.weir.schemas.json.JsonBuffer;
import io.weir.schemas.registry.SchemaRegistryClient;
import io.weir.schemas.registry.SchemaRegistryException;
import io.weir.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who sends sFlow, NetFlow and IPFIX, as decoders say: the latest word on each exporter. */
public final class ExporterList {

    private static final Comparator<Entry> BY_IDENTITY = Comparator.<Entry, String>comparing(
                    entry -> entry.status.getExporterAddress())
            .thenComparing(entry -> entry.status.getProtocol())
            .thenComparing(entry -> entry.status.getVersion())
            .thenComparing(Entry::number)
            .thenComparing(
                    entry -> entry.status.getExporterTransportPort(), Comparator.nullsFirst(Comparator.naturalOrder()));

    private static final Comparator<Entry> BY_LOSS =
            Comparator.comparingDouble(Entry::missingShare).reversed();

    private static final Comparator<Entry> BY_SILENCE = Comparator.comparing(Entry::isSilent)
            .reversed()
            .thenComparing(entry -> entry.silent ? entry.status.getLastHeardMilliseconds() : Long.MAX_VALUE);

    /** What comes first; names as on the command line. */
    public enum Order {
        /** Those that are silent, longest first; then those with the greatest share missing. */
        silence,
        /** Those with the greatest share missing. */
        loss,
        /** By address. */
        exporter
    }

    /**
     * One exporter.
     *
     * @param key of its records
     * @param silent nothing was heard of it for longer than asked for
     */
    public record Entry(String key, ExporterStatus status, boolean silent) {

        boolean isSilent() {
            return silent;
        }

        /** Sub-agent or observation domain; 0 where neither is said. */
        public long number() {
            return orZero(status.getSubAgentId() == null ? status.getObservationDomainId() : status.getSubAgentId());
        }

        /** A decoder says the one or the other; another writer of the topic may leave out both. */
        private static long orZero(Long number) {
            return number == null ? 0 : number;
        }

        /** Flow samples, or flow records, that came. */
        public long records() {
            return orZero(status.getFlowSamples() == null ? status.getFlowRecords() : status.getFlowSamples());
        }

        /** Datagrams, or records, that never came. */
        public long missing() {
            return orZero(
                    status.getMissingDatagrams() == null
                            ? status.getMissingFlowRecords()
                            : status.getMissingDatagrams());
        }

        /** Part of all datagrams, or records, that never came; 0 to 1. */
        public double missingShare() {
            long came = status.getMissingDatagrams() == null
                    ? orZero(status.getFlowRecords()) + orZero(status.getOptionsRecords())
                    : status.getDatagrams();
            return missing() == 0 ? 0 : (double) missing() / (missing() + came);
        }
    }

    private final List<Entry> latest = new ArrayList<>();

    /** As they stand in Kafka. */
    private final Map<String, byte[]> values = new HashMap<>();

    private ExporterList() {}

    /**
     * Reads what there is now.
     *
     * @param silentBeforeMs exporters that were heard before are silent, epoch milliseconds
     * @throws Failure when the cluster or the registry cannot be read, or no decoder has been there
     */
    public static ExporterList read(
            Map<String, Object> clientProperties, Topics topics, Console console, long silentBeforeMs) {
        ExporterList list = new ExporterList();
        LatestRecords.read(
                        clientProperties,
                        topics.exporters(),
                        "decoders write it, where datagrams are taken: weir up --listen udp://0.0.0.0:6343",
                        console)
                .forEach((key, latest) -> {
                    if (latest.value() == null) {
                        return;
                    }
                    boolean silent = latest.value().getLastHeardMilliseconds() < silentBeforeMs;
                    list.latest.add(new Entry(key, latest.value(), silent));
                    list.values.put(key, latest.octets().get());
                });
        return list;
    }

    /** All of them. */
    public List<Entry> all(Order order) {
        Comparator<Entry> comparator =
                switch (order) {
                    case silence -> BY_SILENCE.thenComparing(BY_LOSS).thenComparing(BY_IDENTITY);
                    case loss -> BY_LOSS.thenComparing(BY_SILENCE).thenComparing(BY_IDENTITY);
                    case exporter -> BY_IDENTITY;
                };
        return latest.stream().sorted(comparator).toList();
    }

    /**
     * Prints entries of this list as JSON, one object a line, with every field of the schema that they were written with.
     *
     * @throws Failure when the registry does not answer
     */
    public void printJson(List<Entry> entries, Map<String, Object> clientProperties, Console console) {
        JsonBuffer buffer = new JsonBuffer();
        try (SchemaRegistryClient registry = SchemaRegistryClient.create(clientProperties)) {
            AvroJsonReader reader = new AvroJsonReader(registry);
            for (Entry entry : entries) {
                reader.write(values.get(entry.key), buffer);
                buffer.newLine();
            }
        } catch (SchemaRegistryException e) {
            throw Failure.failed(e.getMessage(), "check --registry and the schema.registry.* settings", e);
        }
        console.out().write(buffer.array(), 0, buffer.size());
        console.out().flush();
    }
}
