package io.weir.advisor;

/**
 * What an advisor has read so far. What a task does again after a failure is counted again.
 *
 * @param flowRecords flow records read, those that cannot be read among them
 * @param refusedRecords flows and subnets that cannot be read
 * @param evicted episodes closed early and hosts forgotten to make room, and findings that there was no room for
 * @param earliestMilliseconds start of the earliest window, epoch milliseconds; {@link Long#MAX_VALUE} without flows
 * @param latestMilliseconds start of the latest window, epoch milliseconds; {@link Long#MIN_VALUE} without flows
 */
public record AdvisorCounts(
        long flowRecords, long refusedRecords, long evicted, long earliestMilliseconds, long latestMilliseconds) {}
