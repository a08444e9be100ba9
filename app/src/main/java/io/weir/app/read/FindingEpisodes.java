package io.weir.app.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.weir.app.failure.Failure;
import io.weir.schemas.Finding;
import io.weir.schemas.serde.Avro;
import io.weir.schemas.serde.AvroSerdes;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** The final record of each episode of a topic or a file of findings, without the lists of evidence. */
public final class FindingEpisodes {

    /** Most episodes; some 1 kB of memory each. */
    private static final int MAX = 100_000;

    private static final JsonFactory JSON = new JsonFactory();

    static {
        // Its records are built here before anything else may have asked for that.
        Avro.trust();
    }

    private final String source;
    private final RecordFilter filter;
    private final Map<String, Finding> last = new LinkedHashMap<>();

    /**
     * @param source topic or file, for messages
     * @param filter only episodes whose final record passes; null for all
     */
    public FindingEpisodes(String source, RecordFilter filter) {
        this.source = source;
        this.filter = filter;
    }

    /**
     * Reads a topic up to its end of now.
     *
     * @throws Failure when there is none, or a record cannot be read
     */
    public static FindingEpisodes ofTopic(Map<String, Object> clientProperties, String topic, RecordFilter filter) {
        FindingEpisodes episodes = new FindingEpisodes(topic, filter);
        try (TopicReader reader = new TopicReader(
                        clientProperties, List.of(topic), true, "give a topic of findings, or a file: ./NAME");
                Deserializer<Finding> deserializer = AvroSerdes.deserializer(Finding.class, clientProperties)) {
            reader.seek(StartPosition.BEGINNING);
            reader.readTo(reader.ranges(), record -> {
                if (record.value() != null) {
                    try {
                        episodes.add(deserializer.deserialize(topic, record.value()));
                    } catch (SerializationException e) {
                        throw Failure.failed(
                                topic + " partition " + record.partition() + " offset " + record.offset()
                                        + " is no finding: " + e.getMessage(),
                                "give a topic of findings",
                                e);
                    }
                }
                return true;
            });
        }
        return episodes;
    }

    /**
     * Reads a file of JSON lines, as {@code weir analyze}, {@code weir advise --out} and {@code weir findings --json} write it.
     *
     * @throws Failure naming line and column of what is no finding
     */
    public static FindingEpisodes ofFile(Path file, RecordFilter filter) {
        FindingEpisodes episodes = new FindingEpisodes(file.toString(), filter);
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    episodes.add(findingOf(line, file + " line " + number));
                }
            }
        } catch (IOException e) {
            throw Failure.failed(file + " cannot be read: " + e.getMessage(), "give a file of JSON lines in UTF-8", e);
        }
        return episodes;
    }

    private static Finding findingOf(String line, String where) throws IOException {
        try (JsonParser in = JSON.createParser(line)) {
            in.nextToken();
            Finding finding = (Finding) AvroJsonParser.record(in, Finding.getClassSchema());
            if (in.nextToken() != null) {
                throw noFinding(where, in.currentTokenLocation().getColumnNr(), "more follows the object", null);
            }
            return finding;
        } catch (JsonProcessingException e) {
            throw noFinding(where, e.getLocation().getColumnNr(), e.getOriginalMessage(), e);
        } catch (AvroJsonParser.MismatchException e) {
            throw noFinding(where, e.column(), e.getMessage(), e);
        }
    }

    private static Failure noFinding(String where, int column, String why, Throwable cause) {
        return Failure.failed(
                where + " column " + column + " is no finding: " + why,
                "each line is to be a finding as `weir advise --out`, `weir analyze` or `weir findings --json` writes it",
                cause);
    }

    /**
     * Takes a record; those of an episode in their order.
     *
     * @throws Failure when there are too many episodes
     */
    public void add(Finding finding) {
        if (filter != null && !filter.matches(finding)) {
            last.remove(finding.getFindingId());
            return;
        }
        finding.setEvidenceFlowIds(List.of());
        finding.setPeers(List.of());
        finding.setDescription("");
        last.put(finding.getFindingId(), finding);
        if (last.size() > MAX) {
            throw Failure.failed(
                    source + " holds more than " + MAX + " findings",
                    "take a shorter range, or of `weir rules diff` some of them: --filter \"rule == 'scan_vertical'\"");
        }
    }

    /** Topic or file. */
    public String source() {
        return source;
    }

    /** Final records. */
    public Collection<Finding> all() {
        return Collections.unmodifiableCollection(last.values());
    }
}
