package io.weir.exporters.object;

import io.weir.schemas.LossReason;

/**
 * Records of a partition that no object holds.
 *
 * @param firstOffset first offset
 * @param lastOffset last offset
 * @param records records in the range; where Kafka deleted them unread: offsets, of which some may have held none
 * @param reason why
 * @param message one sentence for people
 */
public record LostRange(long firstOffset, long lastOffset, long records, LossReason reason, String message) {}
