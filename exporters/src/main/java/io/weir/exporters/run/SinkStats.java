package io.weir.exporters.run;

/**
 * What a sink has done since its start, and what it holds now.
 *
 * @param records records stored and committed
 * @param undecodable records that could not be read and stand in the losses topic
 * @param expired offsets that Kafka deleted before they were read, which stand in the losses topic
 * @param objects objects stored and committed
 * @param storedOctets octets of those objects
 * @param failedPuts puts that the store did not take; each is tried again
 * @param heldOctets octets of objects in memory now
 * @param lastObjectAgeNanos nanoseconds since the last object was stored and committed; -1 before the first
 */
public record SinkStats(
        long records,
        long undecodable,
        long expired,
        long objects,
        long storedOctets,
        long failedPuts,
        long heldOctets,
        long lastObjectAgeNanos) {}
