package io.weir.app.read;

import io.weir.advisor.risk.RiskLevels;
import io.weir.app.failure.Failure;
import io.weir.app.terminal.Console;
import io.weir.schemas.Risk;
import io.weir.schemas.json.AvroJson;
import io.weir.schemas.json.JsonBuffer;
import io.weir.schemas.serde.Avro;
import io.weir.schemas.serde.AvroBytes;
import io.weir.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** How risky addresses and networks are, as the advisor says: the latest word on each. */
public final class RiskList {

    /**
     * One entity.
     *
     * @param told what the advisor said, at the time of the latest finding
     * @param now what that has come to at the time asked for
     */
    public record Entry(Risk told, Risk now) {

        /** Writes what it has come to as an object of JSON, under the names of the schema. */
        public void write(JsonBuffer buffer) {
            byte[] octets = AvroBytes.encode(
                    new byte[0], out -> Avro.<Risk>writer(Risk.getClassSchema()).write(now, out));
            AvroJson.of(Risk.getClassSchema()).write(octets, 0, octets.length, buffer);
        }
    }

    private static final Comparator<Entry> GRAVEST_FIRST = Comparator.comparingDouble(
                    (Entry entry) -> entry.now.getSum())
            .reversed()
            .thenComparing(entry -> entry.now.getEntity())
            .thenComparing(entry -> entry.now.getObservationPoint(), Comparator.nullsFirst(Comparator.naturalOrder()));

    private final List<Risk> latest = new ArrayList<>();

    private RiskList() {}

    /**
     * Reads what there is now.
     *
     * @throws Failure when the cluster or the registry cannot be read, or no advisor has been there
     */
    public static RiskList read(Map<String, Object> clientProperties, Topics topics, Console console) {
        RiskList list = new RiskList();
        LatestRecords.read(clientProperties, topics.risks(), "advisors write it: weir up, or weir run advisor", console)
                .forEach((key, latest) -> {
                    if (latest.value() != null) {
                        list.latest.add(latest.value());
                    }
                });
        return list;
    }

    /** Of the latest records of some entities. */
    public static RiskList of(Collection<Risk> latest) {
        RiskList list = new RiskList();
        list.latest.addAll(latest);
        return list;
    }

    /** Time of the latest finding of all, epoch microseconds; {@link Long#MIN_VALUE} without any. */
    public long latestMicros() {
        return latest.stream().mapToLong(Risk::getAsOfMicroseconds).max().orElse(Long.MIN_VALUE);
    }

    /**
     * Those with at least a score at a time, gravest first.
     *
     * @param atMicros epoch microseconds
     */
    public List<Entry> at(long atMicros, double minScore) {
        return latest.stream()
                .map(risk -> new Entry(risk, RiskLevels.at(risk, atMicros)))
                .filter(entry -> entry.now.getScore() >= minScore)
                .sorted(GRAVEST_FIRST)
                .toList();
    }

    /** Prints entries as JSON, one object a line: what they have come to at the time asked for, under the names of the schema. */
    public static void printJson(List<Entry> entries, Console console) {
        JsonBuffer buffer = new JsonBuffer();
        for (Entry entry : entries) {
            entry.write(buffer);
            buffer.newLine();
        }
        console.out().write(buffer.array(), 0, buffer.size());
        console.out().flush();
    }
}
