package io.weir.exporters.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.exporters.store.ObjectStore;
import io.weir.exporters.store.ObjectStoreContract;
import io.weir.exporters.store.PutResult;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

class S3StoreTest extends ObjectStoreContract {

    private static final TestS3 S3 = new TestS3();
    private static int buckets;

    private String bucket;
    private ObjectStore store;

    @BeforeAll
    static void start() throws Exception {
        S3.start();
    }

    @AfterAll
    static void stop() throws Exception {
        S3.stop();
    }

    @BeforeEach
    void createBucket() {
        bucket = "bucket-" + ++buckets;
        S3.client().createBucket(request -> request.bucket(bucket));
        store = new S3Store(bucket, "some/prefix/", S3.config());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    protected ObjectStore store() {
        return store;
    }

    @Override
    protected byte[] stored(String key) {
        return S3.client()
                .getObjectAsBytes(request -> request.bucket(bucket).key("some/prefix/" + key))
                .asByteArray();
    }

    @Test
    void shouldSayWhatTheBytesAre() {
        store.put(object(KEY, "some bytes"));

        HeadObjectResponse head =
                S3.client().headObject(request -> request.bucket(bucket).key("some/prefix/" + KEY));

        assertThat(head.contentType()).isEqualTo("application/gzip");
        assertThat(head.contentEncoding()).isNullOrEmpty();
        assertThat(head.metadata())
                .containsEntry("records", "3")
                .containsEntry("first-offset", "17")
                .containsEntry("last-offset", "19")
                .containsEntry("sha256", "0d22cdcc10e6d049dbe1af5123d50873fdfc1a4f58306e58cb6241be9472014d");
    }

    @Test
    void shouldTellAMissingBucket() {
        try (S3Store missing = new S3Store("no-such-bucket", "", S3.config())) {
            assertThat(missing.defect())
                    .hasValueSatisfying(text -> assertThat(text).contains("no-such-bucket", "create it"));
            assertThat(missing.put(object(KEY, "x")))
                    .isInstanceOfSatisfying(PutResult.RetryLater.class, later -> assertThat(later.reason())
                            .contains("no-such-bucket", "create it"));
        }
    }

    @Test
    void shouldTellRefusedKeysWithoutThem() {
        S3Config wrong = new S3Config(S3.config().endpoint(), "us-east-1", true, TestS3.ACCESS_KEY, "wrong-secret");
        try (S3Store refused = new S3Store(bucket, "", wrong)) {
            assertThat(refused.put(object(KEY, "x")))
                    .isInstanceOfSatisfying(PutResult.RetryLater.class, later -> assertThat(later.reason())
                            .contains("refuses this user", "sink.s3.secret-key")
                            .doesNotContain("wrong-secret", TestS3.ACCESS_KEY));
        }
    }

    @Test
    void shouldTellAStoreThatIsAway() {
        S3Config away = new S3Config(URI.create("http://127.0.0.1:1"), "us-east-1", true, "key", "secret");
        try (S3Store nobody = new S3Store(bucket, "", away)) {
            assertThat(nobody.defect()).isEmpty();
            assertThat(nobody.put(object(KEY, "x")))
                    .isInstanceOfSatisfying(PutResult.RetryLater.class, later -> assertThat(later.reason())
                            .contains("sink.s3.endpoint"));
        }
    }
}
