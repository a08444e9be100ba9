package io.weir.exporters.object;

import java.time.Duration;

/**
 * When an object ends. All but the delay follow from the records alone, so that a replay cuts at the same places.
 *
 * @param records records at most
 * @param octets octets of text, before compression, from which on an object is full
 * @param delay wall-clock time after which an object ends although it is not full
 */
public record CutLimits(int records, long octets, Duration delay) {}
