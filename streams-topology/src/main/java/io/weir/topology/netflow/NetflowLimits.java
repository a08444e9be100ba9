package io.weir.topology.netflow;

import java.util.concurrent.TimeUnit;

/**
 * What a decoder may hold and do. Every number is positive.
 *
 * @param maxExporters exporters with templates; the one heard of longest ago goes
 * @param maxTemplatesPerExporter templates of one exporter; the one used longest ago goes
 * @param maxFieldsPerTemplate fields of one template; a longer one is refused
 * @param maxTemplateOctets memory of all templates, as {@link Template#heapOctets} estimates it; the exporter heard of longest ago goes
 * @param templateLifetimeNanos an exporter silent for longer loses its templates
 * @param maxPendingSetsPerExporter data sets of one exporter that wait for their template; the oldest is given up
 * @param maxPendingOctetsPerExporter octets of them; the oldest is given up
 * @param maxPendingOctets octets of the waiting sets of all exporters; the oldest is given up
 * @param pendingLifetimeNanos a set that waits for longer is given up
 * @param maxClockSkewNanos a record's time further than this from when it came in is not believed
 * @param maxAheadNanos a record's last packet further behind its export is not believed: records tell of what has been
 * @param maxOptionsPerExporter entries of each table that an exporter's options fill; further ones are not taken in, and counted
 * @param maxOptions entries of the tables of all exporters; what the exporter heard of longest ago has told goes
 */
public record NetflowLimits(
        int maxExporters,
        int maxTemplatesPerExporter,
        int maxFieldsPerTemplate,
        long maxTemplateOctets,
        long templateLifetimeNanos,
        int maxPendingSetsPerExporter,
        long maxPendingOctetsPerExporter,
        long maxPendingOctets,
        long pendingLifetimeNanos,
        long maxClockSkewNanos,
        long maxAheadNanos,
        int maxOptionsPerExporter,
        int maxOptions) {

    private static final long MEBIBYTE = 1L << 20;

    /** Checks that every number is positive. */
    public NetflowLimits {
        requirePositive(maxExporters, "maxExporters");
        requirePositive(maxTemplatesPerExporter, "maxTemplatesPerExporter");
        requirePositive(maxFieldsPerTemplate, "maxFieldsPerTemplate");
        requirePositive(maxTemplateOctets, "maxTemplateOctets");
        requirePositive(templateLifetimeNanos, "templateLifetimeNanos");
        requirePositive(maxPendingSetsPerExporter, "maxPendingSetsPerExporter");
        requirePositive(maxPendingOctetsPerExporter, "maxPendingOctetsPerExporter");
        requirePositive(maxPendingOctets, "maxPendingOctets");
        requirePositive(pendingLifetimeNanos, "pendingLifetimeNanos");
        requirePositive(maxClockSkewNanos, "maxClockSkewNanos");
        requirePositive(maxAheadNanos, "maxAheadNanos");
        requirePositive(maxOptionsPerExporter, "maxOptionsPerExporter");
        requirePositive(maxOptions, "maxOptions");
    }

    /**
     * Templates: thirty minutes, twice what exporters usually take to send them again. Waiting sets: as long, within 64 MiB. Clocks: a
     * day; times ahead of the export: a minute.
     */
    public static NetflowLimits defaults() {
        return new NetflowLimits(
                4096,
                1024,
                1024,
                64 * MEBIBYTE,
                TimeUnit.MINUTES.toNanos(30),
                4096,
                4 * MEBIBYTE,
                64 * MEBIBYTE,
                TimeUnit.MINUTES.toNanos(30),
                TimeUnit.DAYS.toNanos(1),
                TimeUnit.MINUTES.toNanos(1),
                16_384,
                262_144);
    }

    private static void requirePositive(long value, String name) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }
}
