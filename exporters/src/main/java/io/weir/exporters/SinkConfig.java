package io.weir.exporters;

import io.weir.exporters.compress.Compression;
import io.weir.exporters.finding.FindingFormat;
import io.weir.exporters.object.CutLimits;
import io.weir.exporters.store.s3.S3Config;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One sink: which topics go where, in objects of which size.
 *
 * @param name name of the sink; its consumer group is {@code <prefix>sink.<name>}
 * @param topics short names of the topics, for example {@code flows}
 * @param uri {@code file:///directory} or {@code s3://bucket/prefix}
 * @param findingFormat form of findings
 * @param compression how objects are compressed
 * @param limits where objects end
 * @param memoryOctets objects in memory at most, before which reading pauses
 * @param s3 how to reach the store of an {@code s3} URI
 */
public record SinkConfig(
        String name,
        List<String> topics,
        URI uri,
        FindingFormat findingFormat,
        Compression compression,
        CutLimits limits,
        long memoryOctets,
        S3Config s3) {

    /** Topics that can be exported: those whose records stay until retention. A compacted topic is a table, not a stream. */
    public static final List<String> EXPORTABLE = List.of("findings", "flows", "edges", "losses", "packets");

    /** Objects are whole in memory. */
    private static final long MAX_OBJECT_OCTETS = 1L << 30;

    private static final int MAX_OBJECT_RECORDS = 10_000_000;

    public SinkConfig {
        List<String> mistakes = new ArrayList<>();
        if (name == null || !name.matches("[a-zA-Z0-9._-]{1,100}")) {
            mistakes.add("sink.name: '" + name + "' is not a name of letters, digits, '.', '_' and '-'");
        }
        checkTopics(topics, mistakes);
        checkUri(uri, mistakes);
        if (findingFormat == null) {
            mistakes.add("sink.findings-format: missing; give json, ocsf, ecs or stix");
        }
        if (compression == null) {
            mistakes.add("sink.compression: missing; give none or gzip");
        }
        checkLimits(limits, mistakes);
        if (limits != null && memoryOctets < limits.octets()) {
            mistakes.add("sink.memory: " + memoryOctets + " octets do not hold one object of sink.object.size "
                    + limits.octets());
        }
        checkS3(s3, mistakes);
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join(System.lineSeparator(), mistakes));
        }
        topics = List.copyOf(topics);
    }

    /** Findings and flows, compressed, to one place. */
    public static SinkConfig defaults(URI uri) {
        return new SinkConfig(
                "objects",
                List.of("findings", "flows"),
                uri,
                FindingFormat.json,
                Compression.GZIP,
                new CutLimits(100_000, 32L << 20, Duration.ofMinutes(1)),
                128L << 20,
                S3Config.defaults());
    }

    private static void checkTopics(List<String> topics, List<String> mistakes) {
        if (topics == null || topics.isEmpty()) {
            mistakes.add("sink.topics: none given; choose from " + String.join(", ", EXPORTABLE));
            return;
        }
        for (String topic : topics) {
            if ("subnets".equals(topic)) {
                mistakes.add("sink.topics: subnets is compacted, so that a rerun could not write the same objects");
            } else if (!EXPORTABLE.contains(topic)) {
                mistakes.add(
                        "sink.topics: there is no topic '" + topic + "'; choose from " + String.join(", ", EXPORTABLE));
            }
        }
    }

    private static void checkUri(URI uri, List<String> mistakes) {
        if (uri == null) {
            mistakes.add("sink.uri: missing; give file:///directory or s3://bucket/prefix");
        } else if ("file".equals(uri.getScheme())) {
            if (uri.getHost() != null || uri.getPath() == null || !uri.getPath().startsWith("/")) {
                mistakes.add("sink.uri: '" + uri + "' does not name an absolute directory; write file:///directory");
            }
        } else if ("s3".equals(uri.getScheme())) {
            if (uri.getHost() == null || uri.getPort() != -1 || uri.getUserInfo() != null) {
                mistakes.add(
                        "sink.uri: does not have the form s3://bucket/prefix; keys belong in sink.s3.access-key and "
                                + "sink.s3.secret-key, the store's address in sink.s3.endpoint");
            }
        } else {
            mistakes.add("sink.uri: '" + uri + "' is neither file:///directory nor s3://bucket/prefix");
        }
    }

    private static void checkLimits(CutLimits limits, List<String> mistakes) {
        if (limits == null) {
            mistakes.add("sink.object: missing");
            return;
        }
        if (limits.records() < 1 || limits.records() > MAX_OBJECT_RECORDS) {
            mistakes.add("sink.object.records: " + limits.records() + " is not between 1 and " + MAX_OBJECT_RECORDS);
        }
        if (limits.octets() < 1 || limits.octets() > MAX_OBJECT_OCTETS) {
            mistakes.add("sink.object.size: " + limits.octets() + " is not between 1 and " + MAX_OBJECT_OCTETS);
        }
        if (limits.delay() == null
                || limits.delay().isNegative()
                || limits.delay().isZero()) {
            mistakes.add("sink.object.delay: " + limits.delay() + " is not a positive duration");
        }
    }

    private static void checkS3(S3Config s3, List<String> mistakes) {
        if (s3 == null) {
            mistakes.add("sink.s3: missing");
            return;
        }
        if (s3.region() == null || s3.region().isBlank()) {
            mistakes.add("sink.s3.region: missing; give the bucket's region, for example us-east-1");
        }
        if ((s3.accessKey() == null) != (s3.secretKey() == null)) {
            mistakes.add(
                    "sink.s3.access-key and sink.s3.secret-key: give both, or neither for the AWS SDK's usual places");
        }
        URI endpoint = s3.endpoint();
        if (endpoint != null
                && (endpoint.getHost() == null
                        || !("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme())))) {
            mistakes.add("sink.s3.endpoint: '" + endpoint + "' is not a URL; it must begin with http:// or https://");
        }
    }
}
