package io.weir.exporters.store.s3;

import java.net.URI;

/**
 * How to reach an S3-compatible store.
 *
 * @param endpoint address of the store; null for AWS's own
 * @param region region of the bucket
 * @param pathStyle true when the bucket is part of the path rather than of the host name
 * @param accessKey access key; null for the AWS SDK's usual places (environment, profile, instance)
 * @param secretKey secret key that belongs to the access key; null together with it
 */
public record S3Config(URI endpoint, String region, boolean pathStyle, String accessKey, String secretKey) {

    /** AWS's own end points, path style, keys from the SDK's usual places. */
    public static S3Config defaults() {
        return new S3Config(null, "us-east-1", true, null, null);
    }

    /** Without the keys. */
    @Override
    public String toString() {
        return "S3Config[endpoint=" + endpoint + ", region=" + region + ", pathStyle=" + pathStyle + ", accessKey="
                + (accessKey == null ? "none" : "***") + ", secretKey=" + (secretKey == null ? "none" : "***") + "]";
    }
}
