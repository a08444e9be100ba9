package io.weir.exporters.store;

import io.weir.exporters.store.file.DirectoryStore;
import io.weir.exporters.store.s3.S3Config;
import io.weir.exporters.store.s3.S3Store;
import java.net.URI;
import java.nio.file.Path;

/** Chooses the store by the URI's scheme. */
public final class ObjectStores {

    private ObjectStores() {}

    /** @param uri {@code file:///directory} or {@code s3://bucket/prefix}, as {@link io.weir.exporters.SinkConfig} has checked it */
    public static ObjectStore open(URI uri, S3Config s3) {
        if ("file".equals(uri.getScheme())) {
            return new DirectoryStore(Path.of(uri.getPath()));
        }
        String path = uri.getPath().replaceAll("^/+|/+$", "");
        return new S3Store(uri.getHost(), path.isEmpty() ? "" : path + '/', s3);
    }
}
