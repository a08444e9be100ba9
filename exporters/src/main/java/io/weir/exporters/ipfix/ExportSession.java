package io.weir.exporters.ipfix;

import io.weir.exporters.transport.Connection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * One Transport Session: gives messages their sequence numbers and export times, and sends what announces a domain before its first message,
 * when it has changed and, over UDP, again and again. For the writer's thread.
 */
final class ExportSession {

    /** Messages that concern no observation point are of this domain (RFC 7011 section 3.1). */
    static final int OWN_DOMAIN = 0;

    static final int OPTIONS_STATISTICS = 303;

    private static final ExportTemplate STATISTICS = ExportTemplate.options(
            OPTIONS_STATISTICS,
            Element.EXPORTING_PROCESS_ID,
            Element.EXPORTED_MESSAGE_TOTAL_COUNT,
            Element.EXPORTED_FLOW_RECORD_TOTAL_COUNT,
            Element.EXPORTED_OCTET_TOTAL_COUNT,
            Element.NOT_SENT_FLOW_TOTAL_COUNT);

    private static final int MAX_STATISTICS_OCTETS = 256;

    private static final long MS_PER_SECOND = 1_000;

    private final Connection connection;
    private final IpfixConfig config;
    private final long number;
    private final int processId;
    private final IpfixCounters counters;
    private final InstantSource clock;
    private final LongSupplier nanoClock;
    private final long intervalNanos;
    private int ownSequence;
    private boolean statisticsTold;
    private long statisticsNanos;

    /**
     * @param number different from that of every session before
     * @param processId IE 144
     */
    ExportSession(
            Connection connection,
            IpfixConfig config,
            long number,
            int processId,
            IpfixCounters counters,
            InstantSource clock,
            LongSupplier nanoClock) {
        this.connection = connection;
        this.config = config;
        this.number = number;
        this.processId = processId;
        this.counters = counters;
        this.clock = clock;
        this.nanoClock = nanoClock;
        this.intervalNanos = config.templateInterval().toNanos();
    }

    /** Sends one message, and before it what the collector must know. */
    void write(Announcement announcement, byte[] octets, int offset, int length) throws IOException {
        ExportDomain domain = announcement.domain();
        long now = nanoClock.getAsLong();
        if (domain.session != number) {
            domain.session = number;
            domain.sequence = 0;
            domain.announced = null;
        }
        if (isDue(domain, announcement, now)) {
            byte[] message = announcement.message();
            domain.sequence = send(message, 0, message.length, domain.sequence, false);
            domain.announced = announcement;
            domain.announcedNanos = now;
            domain.messagesSinceAnnounced = 0;
        }
        domain.sequence = send(octets, offset, length, domain.sequence, true);
        domain.messagesSinceAnnounced++;
    }

    private boolean isDue(ExportDomain domain, Announcement announcement, long now) {
        return domain.announced != announcement
                || (config.isUdp()
                        && (now - domain.announcedNanos >= intervalNanos
                                || domain.messagesSinceAnnounced >= config.templateMessages()));
    }

    /** Sends what this process has done so far, when it is time. */
    void tellStatistics() throws IOException {
        long now = nanoClock.getAsLong();
        if (statisticsTold && now - statisticsNanos < intervalNanos) {
            return;
        }
        ByteBuffer out = ByteBuffer.allocate(MAX_STATISTICS_OCTETS);
        IpfixMessage.begin(out, OWN_DOMAIN);
        if (!statisticsTold || config.isUdp()) {
            int set = IpfixMessage.beginSet(out, IpfixMessage.OPTIONS_TEMPLATE_SET);
            STATISTICS.write(out);
            IpfixMessage.endSet(out, set);
        }
        int set = IpfixMessage.beginSet(out, OPTIONS_STATISTICS);
        IpfixStats stats = counters.snapshot();
        out.putInt(processId)
                .putLong(stats.messages())
                .putLong(stats.records())
                .putLong(stats.octets())
                .putLong(stats.undecodable());
        IpfixMessage.endSet(out, set);
        IpfixMessage.end(out, 1);
        ownSequence = send(out.array(), 0, out.limit(), ownSequence, false);
        statisticsTold = true;
        statisticsNanos = now;
    }

    /** @return sequence number of the domain's next message */
    private int send(byte[] octets, int offset, int length, int sequence, boolean isFlows) throws IOException {
        ByteBuffer message = ByteBuffer.wrap(octets);
        int records = message.getInt(offset + IpfixMessage.SEQUENCE);
        message.putInt(offset + IpfixMessage.EXPORT_TIME, (int) (clock.millis() / MS_PER_SECOND));
        message.putInt(offset + IpfixMessage.SEQUENCE, sequence);
        try {
            connection.write(octets, offset, length);
        } catch (IOException | RuntimeException e) {
            // It will be sent by another session.
            message.putInt(offset + IpfixMessage.SEQUENCE, records);
            throw e;
        }
        counters.sent(length, isFlows ? records : 0);
        return sequence + records;
    }
}
