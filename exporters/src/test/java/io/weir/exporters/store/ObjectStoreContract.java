package io.weir.exporters.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.exporters.compress.Compression;
import io.weir.exporters.object.ObjectBytes;
import io.weir.exporters.object.SealedObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** What every store promises. */
public abstract class ObjectStoreContract {

    protected static final String KEY = "topic=t/date=2026-03-09/hour=07/t-0-17-19.ndjson.gz";

    /** The store under test, usable and without objects. */
    protected abstract ObjectStore store();

    /** The bytes under a key, or null. */
    protected abstract byte[] stored(String key) throws Exception;

    protected static SealedObject object(String key, String text) {
        ObjectBytes bytes = new ObjectBytes();
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        return new SealedObject(
                new TopicPartition("t", 0), 17, 19, 3, List.of(), List.of(), key, Compression.GZIP, bytes);
    }

    @Test
    void shouldKeepWhatItTook() throws Exception {
        assertThat(store().defect()).isEmpty();

        assertThat(store().put(object(KEY, "some bytes"))).isEqualTo(new PutResult.Stored(false));

        assertThat(stored(KEY)).asString(StandardCharsets.UTF_8).isEqualTo("some bytes");
    }

    @Test
    void shouldTakeTheSameAgain() {
        store().put(object(KEY, "some bytes"));

        assertThat(store().put(object(KEY, "some bytes"))).isEqualTo(new PutResult.Stored(true));
    }

    @Test
    void shouldNotPutOtherBytesInPlaceOfThese() throws Exception {
        store().put(object(KEY, "some bytes"));

        for (String other : new String[] {"some-bytes", "some bytes more", "some", ""}) {
            assertThat(store().put(object(KEY, other)))
                    .isInstanceOfSatisfying(PutResult.Refused.class, refused -> assertThat(refused.reason())
                            .contains("t-0-17-19.ndjson.gz", "sink.uri"));
        }
        assertThat(stored(KEY)).asString(StandardCharsets.UTF_8).isEqualTo("some bytes");
    }

    @Test
    void shouldCloseTwice() {
        ObjectStore store = store();
        store.close();
        store.close();
    }
}
