package io.weir.exporters.object;

import io.weir.exporters.compress.Compression;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A decided end of an object, kept as the metadata of the committed offset at which the object begins. It is written before the
 * object is, so that whoever goes on after a crash makes the same object again, whatever has arrived meanwhile and whatever the
 * configuration says now.
 *
 * @param lastOffset last offset of the object
 * @param compression how the object is compressed
 */
public record Cut(long lastOffset, Compression compression) {

    private static final Pattern TEXT = Pattern.compile("cut=(\\d{1,18});format=([a-z.]+)");

    /** Form for the offset's metadata. */
    public String toMetadata() {
        return "cut=" + lastOffset + ";format=" + compression.extension();
    }

    /** Empty when the metadata holds no cut, as after a finished object. */
    public static Optional<Cut> fromMetadata(String metadata) {
        Matcher text = TEXT.matcher(metadata == null ? "" : metadata);
        if (!text.matches()) {
            return Optional.empty();
        }
        for (Compression compression : Compression.values()) {
            if (compression.extension().equals(text.group(2))) {
                return Optional.of(new Cut(Long.parseLong(text.group(1)), compression));
            }
        }
        return Optional.empty();
    }
}
