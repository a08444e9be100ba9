package io.weir.exporters.ipfix;

/**
 * What an export has done since its start, and what it holds now.
 *
 * @param messages messages sent, those with templates and options too
 * @param records flow records in them
 * @param octets octets of the messages
 * @param early records of the topic left out as they count nothing
 * @param enclosed records of the topic left out as their packets are in those of a root flow
 * @param empty records of the topic left out as they have no packets
 * @param undecodable records that could not be read and stand in the losses topic
 * @param expired offsets that Kafka deleted before they were read, which stand in the losses topic
 * @param sessions transport sessions begun
 * @param failures attempts to connect or to send that failed; each is made again
 * @param heldOctets octets of messages in memory now
 * @param isConnected whether a session is open now
 */
public record IpfixStats(
        long messages,
        long records,
        long octets,
        long early,
        long enclosed,
        long empty,
        long undecodable,
        long expired,
        long sessions,
        long failures,
        long heldOctets,
        boolean isConnected) {}
