package io.weir.exporters.alert;

/**
 * What a sender has done since its start.
 *
 * @param sent findings that the receiver has taken
 * @param retries attempts that failed and are made again
 * @param skipped findings that the filter or the least severity left out
 * @param refused findings that the receiver will never take; each is in the topic of rejected records
 * @param exhausted findings that it did not take with the last attempt; there, too
 * @param undecodable records that could not be read; there and in the losses topic
 * @param expired offsets that Kafka deleted before they were read; in the losses topic
 * @param standing alerts that stand now, where the receiver has to be told again and again
 */
record AlertStats(
        long sent,
        long retries,
        long skipped,
        long refused,
        long exhausted,
        long undecodable,
        long expired,
        long standing) {}
