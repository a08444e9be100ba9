package io.weir.exporters.store.s3;

import io.weir.exporters.object.SealedObject;
import io.weir.exporters.store.ObjectStore;
import io.weir.exporters.store.PutResult;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Objects in a bucket. One put per object (objects are far below the 5 GiB where parts are needed), with Content-MD5 so that the
 * store checks what it got, and {@code If-None-Match: *} so that nothing is ever overwritten.
 */
public final class S3Store implements ObjectStore {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration CALL_TIMEOUT = Duration.ofMinutes(2);
    private static final String SHA_256 = "sha256";
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int PRECONDITION_FAILED = 412;
    private static final int NOT_IMPLEMENTED = 501;

    private final S3Client client;
    private final String bucket;
    private final String prefix;
    private final String description;
    private volatile boolean conditional = true;

    /** @param prefix put before every key; empty or ending with a slash */
    public S3Store(String bucket, String prefix, S3Config config) {
        this.bucket = bucket;
        this.prefix = prefix;
        this.client = client(config);
        this.description =
                "s3://" + bucket + '/' + prefix + (config.endpoint() == null ? "" : " at " + config.endpoint());
    }

    private static S3Client client(S3Config config) {
        S3ClientBuilder builder = S3Client.builder()
                .region(Region.of(config.region()))
                .forcePathStyle(config.pathStyle())
                // Signed in one piece, with the digest in a header: older stores do not know trailing checksums.
                .serviceConfiguration(
                        S3Configuration.builder().chunkedEncodingEnabled(false).build())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClient(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .socketTimeout(CALL_TIMEOUT)
                        .build())
                .overrideConfiguration(
                        call -> call.apiCallTimeout(CALL_TIMEOUT).retryStrategy(DefaultRetryStrategy.doNotRetry()));
        if (config.endpoint() != null) {
            builder.endpointOverride(config.endpoint());
        }
        if (config.accessKey() == null) {
            builder.credentialsProvider(DefaultCredentialsProvider.builder().build());
        } else {
            builder.credentialsProvider(StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(config.accessKey(), config.secretKey())));
        }
        return builder.build();
    }

    @Override
    public Optional<String> defect() {
        try {
            client.headBucket(request -> request.bucket(bucket));
            return Optional.empty();
        } catch (S3Exception e) {
            // Forbidden says nothing: a user who may only put objects is refused here too.
            return e.statusCode() == NOT_FOUND ? Optional.of(noBucket()) : Optional.empty();
        } catch (SdkException e) {
            return Optional.empty();
        }
    }

    @Override
    public PutResult put(SealedObject object) {
        String key = prefix + object.key();
        try {
            client.putObject(request(object, key), body(object));
            return new PutResult.Stored(false);
        } catch (S3Exception e) {
            if (conditional && e.statusCode() == PRECONDITION_FAILED) {
                return compare(object, key);
            }
            if (conditional && e.statusCode() == NOT_IMPLEMENTED) {
                conditional = false;
                return put(object);
            }
            return new PutResult.RetryLater(explain(e, key));
        } catch (SdkException e) {
            return new PutResult.RetryLater(explain(e, key));
        }
    }

    private PutObjectRequest request(SealedObject object, String key) {
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(bucket)
                .key(key)
                .contentType(object.compression().contentType())
                .contentLength((long) object.content().size())
                .contentMD5(Base64.getEncoder().encodeToString(object.content().digest("MD5")))
                .metadata(Map.of(
                        SHA_256,
                        sha256(object),
                        "records",
                        Integer.toString(object.records()),
                        "first-offset",
                        Long.toString(object.firstOffset()),
                        "last-offset",
                        Long.toString(object.lastOffset())));
        if (conditional) {
            request.ifNoneMatch("*");
        }
        return request.build();
    }

    private static RequestBody body(SealedObject object) {
        return RequestBody.fromContentProvider(
                () -> object.content().newInputStream(),
                object.content().size(),
                object.compression().contentType());
    }

    private PutResult compare(SealedObject object, String key) {
        try {
            HeadObjectResponse there =
                    client.headObject(request -> request.bucket(bucket).key(key));
            String digest = there.metadata().get(SHA_256);
            boolean same = there.contentLength() == object.content().size()
                    && (digest == null ? hasMd5(there.eTag(), object) : digest.equals(sha256(object)));
            return same
                    ? new PutResult.Stored(true)
                    : new PutResult.Refused(
                            "Object s3://" + bucket + '/' + key + " exists with another content: the topic was made "
                                    + "anew, or another cluster's sink writes there. Name an empty prefix in sink.uri, or move the object away");
        } catch (S3Exception e) {
            if (e.statusCode() == FORBIDDEN) {
                return new PutResult.RetryLater("Object s3://" + bucket + '/' + key
                        + " exists, and this user may not look whether it is the same: give it s3:GetObject");
            }
            return new PutResult.RetryLater(explain(e, key));
        } catch (SdkException e) {
            return new PutResult.RetryLater(explain(e, key));
        }
    }

    private static boolean hasMd5(String eTag, SealedObject object) {
        return eTag != null
                && eTag.replace("\"", "")
                        .equals(HexFormat.of().formatHex(object.content().digest("MD5")));
    }

    private static String sha256(SealedObject object) {
        return HexFormat.of().formatHex(object.content().digest("SHA-256"));
    }

    private String explain(SdkException e, String key) {
        String what = "Object s3://" + bucket + '/' + key + " cannot be stored: ";
        if (e instanceof S3Exception refused && refused.statusCode() == FORBIDDEN) {
            return what + "the store refuses this user (" + code(refused)
                    + "). Check sink.s3.access-key, sink.s3.secret-key, the right to put objects, and this machine's clock";
        }
        if (e instanceof S3Exception refused && refused.statusCode() == NOT_FOUND) {
            return what + noBucket();
        }
        if (e instanceof S3Exception refused) {
            return what + "the store answered " + refused.statusCode() + " (" + code(refused) + ")";
        }
        return what + e.getMessage() + ". Is the store running, and does sink.s3.endpoint name it?";
    }

    private static String code(S3Exception e) {
        return e.awsErrorDetails() == null
                ? "no error code"
                : e.awsErrorDetails().errorCode();
    }

    private String noBucket() {
        return "there is no bucket '" + bucket + "': create it, or name another one in sink.uri";
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return description;
    }
}
