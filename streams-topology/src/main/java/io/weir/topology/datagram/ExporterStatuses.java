package io.weir.topology.datagram;

import io.weir.schemas.CounterDeviation;
import io.weir.schemas.ExportProtocol;
import io.weir.schemas.ExporterStatus;
import io.weir.schemas.SamplingStatus;
import io.weir.topology.netflow.ExportSequence;
import io.weir.topology.netflow.Exporter;
import io.weir.topology.netflow.NetflowDecoder;

/** Makes what is said of an exporter of what its row holds. Pure. */
final class ExporterStatuses {

    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int SFLOW_VERSION = 5;

    /** Templates and sets that a domain has now. */
    static final class Held {
        int templates;
        int optionsTemplates;
        int pendingSets;
    }

    private ExporterStatuses() {}

    /** Key of what is said of an exporter. */
    static String key(ExporterRow row) {
        if (row instanceof AgentRow agent) {
            return agent.host + "|sflow" + SFLOW_VERSION + "|" + Integer.toUnsignedString(agent.subAgentId);
        }
        DomainRow.Key key = ((DomainRow) row).key;
        String protocol = key.version() == NetflowDecoder.IPFIX ? "ipfix" : "netflow" + key.version();
        String port = key.exporter().port() == Exporter.ANY_PORT
                ? ""
                : "|" + key.exporter().port();
        return row.host + "|" + protocol + "|" + Integer.toUnsignedString(key.domain()) + port;
    }

    /** @param nowMs epoch milliseconds */
    static ExporterStatus of(AgentRow row, long nowMs) {
        ExporterTotals totals = row.totals;
        return common(row, nowMs)
                .setProtocol(ExportProtocol.sflow)
                .setVersion(SFLOW_VERSION)
                .setSubAgentId(Integer.toUnsignedLong(row.subAgentId))
                .setFlowSamples(totals.flows)
                .setCounterSamples(totals.others)
                .setUncomparedCounterSamples(totals.uncompared)
                .setMissingDatagrams(Math.max(totals.toldMissing + row.sequence.missing(), 0))
                .setUptimeMilliseconds(row.uptimeMs)
                .setUptimeDriftMilliseconds(row.uptimeDriftMs)
                .setSampling(sampling(row))
                .setDeviation(deviation(row))
                .build();
    }

    /** @param held null for nothing */
    static ExporterStatus of(DomainRow row, Held held, long nowMs) {
        ExporterTotals totals = row.totals;
        ExportSequence sequence = row.sequence;
        long missing = sequence.totalMissing() - sequence.totalFound();
        boolean messages = sequence.convention() == ExportSequence.Convention.MESSAGES;
        boolean ipfix = row.key.version() == NetflowDecoder.IPFIX;
        boolean hasTemplates = row.key.version() != NetflowDecoder.V5;
        Held now = held == null ? new Held() : held;
        boolean hasClock = row.leastClockOffsetNanos != Long.MAX_VALUE;
        return common(row, nowMs)
                .setExporterTransportPort(
                        row.key.exporter().port() == Exporter.ANY_PORT
                                ? null
                                : row.key.exporter().port())
                .setProtocol(ipfix ? ExportProtocol.ipfix : ExportProtocol.netflow)
                .setVersion(row.key.version())
                .setObservationDomainId(Integer.toUnsignedLong(row.key.domain()))
                .setFlowRecords(totals.flows)
                .setOptionsRecords(totals.others)
                .setMissingDatagrams(messages ? missing : null)
                .setMissingFlowRecords(messages ? null : missing)
                .setImplausibleFlowRecords(totals.implausible)
                .setTemplates(hasTemplates ? now.templates : null)
                .setOptionsTemplates(hasTemplates ? now.optionsTemplates : null)
                .setPendingSets(hasTemplates ? now.pendingSets : null)
                .setGivenUpSets(hasTemplates ? totals.givenUpSets : null)
                .setClockOffsetMilliseconds(hasClock ? millis(row.clockOffsetNanos) : null)
                .setLeastClockOffsetMilliseconds(hasClock ? millis(row.leastClockOffsetNanos) : null)
                .setGreatestClockOffsetMilliseconds(hasClock ? millis(row.greatestClockOffsetNanos) : null)
                .setSampling(sampling(row))
                .build();
    }

    private static ExporterStatus.Builder common(ExporterRow row, long nowMs) {
        ExporterTotals totals = row.totals;
        long passedNanos = row.lastNanos - totals.saidHeardNanos;
        return ExporterStatus.newBuilder()
                .setExporterAddress(row.host)
                .setExporterTransportPort(null)
                .setSubAgentId(null)
                .setObservationDomainId(null)
                .setFirstHeardMilliseconds(millis(totals.firstNanos))
                .setLastHeardMilliseconds(millis(row.lastNanos))
                .setWrittenMilliseconds(nowMs)
                .setDatagrams(totals.datagrams)
                .setDatagramsPerSecond(
                        totals.saidMs == ExporterTotals.NONE || passedNanos <= 0
                                ? null
                                : (totals.datagrams - totals.saidDatagrams) * NANOS_PER_SECOND / passedNanos)
                .setFlowSamples(null)
                .setCounterSamples(null)
                .setUncomparedCounterSamples(null)
                .setFlowRecords(null)
                .setOptionsRecords(null)
                .setMissingDatagrams(null)
                .setMissingFlowRecords(null)
                .setLateDatagrams(totals.lateDatagrams)
                .setDuplicateDatagrams(totals.duplicateDatagrams)
                .setSequenceRestarts(totals.restarts)
                .setProblems(totals.problems)
                .setImplausibleFlowRecords(null)
                .setTemplates(null)
                .setOptionsTemplates(null)
                .setPendingSets(null)
                .setGivenUpSets(null)
                .setClockOffsetMilliseconds(null)
                .setLeastClockOffsetMilliseconds(null)
                .setGreatestClockOffsetMilliseconds(null)
                .setUptimeMilliseconds(null)
                .setUptimeDriftMilliseconds(null)
                .setSampling(null)
                .setDeviation(null);
    }

    private static long millis(long nanos) {
        return Math.floorDiv(nanos, NANOS_PER_MILLI);
    }

    private static SamplingStatus sampling(DomainRow row) {
        if (row.leastSamplingRate == 0) {
            return null;
        }
        return unknownSampling()
                .setLeastSamplingRate(row.leastSamplingRate)
                .setGreatestSamplingRate(row.greatestSamplingRate)
                .build();
    }

    private static SamplingStatus.Builder unknownSampling() {
        return SamplingStatus.newBuilder()
                .setSources(null)
                .setLeastSamplingRate(null)
                .setGreatestSamplingRate(null)
                .setGeneratedSamples(null)
                .setPoolPackets(null)
                .setDroppedSamples(null)
                .setEffectiveSamplingRate(null)
                .setNominalSamplingRate(null)
                .setEffectiveSamplingRateStandardError(null)
                .setDifferingSources(null)
                .setMostDifferingSource(null)
                .setMostDifferingSourceSamplingRate(null)
                .setMostDifferingSourceEffectiveSamplingRate(null);
    }

    private static SamplingStatus sampling(AgentRow row) {
        int sources = 0;
        double least = 0;
        double greatest = 0;
        long generated = 0;
        long pool = 0;
        long dropped = 0;
        long rateSamples = 0;
        long ratePool = 0;
        double nominalPool = 0;
        double variance = 0;
        int differing = 0;
        SourceState most = null;
        for (SourceState source : row.sources.values()) {
            if (source.samples == 0) {
                continue;
            }
            sources++;
            generated += source.generatedSamples;
            pool += source.poolPackets;
            dropped += source.droppedSamples;
            if (source.samplingRate > 0) {
                least = least == 0 ? (double) source.samplingRate : Math.min(least, (double) source.samplingRate);
                greatest = Math.max(greatest, (double) source.samplingRate);
                rateSamples += source.rateSamples;
                ratePool += source.ratePoolPackets;
                nominalPool += (double) source.rateSamples * source.samplingRate;
                variance += source.rateVariance();
            }
            if (source.isSamplingDifferent()) {
                differing++;
                most = most == null || ratio(source) > ratio(most) ? source : most;
            }
        }
        if (sources == 0) {
            return null;
        }
        boolean hasRate = greatest > 0;
        boolean isMeasured = rateSamples > 0;
        return SamplingStatus.newBuilder()
                .setSources(sources)
                .setLeastSamplingRate(hasRate ? least : null)
                .setGreatestSamplingRate(hasRate ? greatest : null)
                .setGeneratedSamples(generated)
                .setPoolPackets(pool)
                .setDroppedSamples(dropped)
                .setEffectiveSamplingRate(isMeasured ? (double) ratePool / rateSamples : null)
                .setNominalSamplingRate(isMeasured ? nominalPool / rateSamples : null)
                .setEffectiveSamplingRateStandardError(isMeasured ? Math.sqrt(variance) / rateSamples : null)
                .setDifferingSources(differing)
                .setMostDifferingSource(most == null ? null : SflowIntake.sourceName(most.type, most.index))
                .setMostDifferingSourceSamplingRate(most == null ? null : (double) most.samplingRate)
                .setMostDifferingSourceEffectiveSamplingRate(most == null ? null : most.effectiveSamplingRate())
                .build();
    }

    /** By how much the effective rate and the nominal one differ, whichever is the greater. */
    private static double ratio(SourceState source) {
        double ratio = source.effectiveSamplingRate() / source.samplingRate;
        return Math.max(ratio, 1 / ratio);
    }

    private static CounterDeviation deviation(AgentRow row) {
        int interfaces = 0;
        long estimatedPackets = 0;
        long countedPackets = 0;
        double packetsVariance = 0;
        long estimatedOctets = 0;
        long countedOctets = 0;
        double octetsVariance = 0;
        double expectedSamples = 0;
        InterfaceState most = null;
        double mostErrors = 0;
        for (InterfaceState each : row.interfaces.values()) {
            CountedDirection in = each.in;
            CountedDirection out = each.out;
            if (!in.isCompared() && !out.isCompared()) {
                continue;
            }
            interfaces++;
            estimatedPackets += in.estimatedPackets + out.estimatedPackets;
            countedPackets += in.countedPackets + out.countedPackets;
            packetsVariance += in.packetsVariance + out.packetsVariance;
            estimatedOctets += in.estimatedOctets + out.estimatedOctets;
            countedOctets += in.countedOctets + out.countedOctets;
            octetsVariance += in.octetsVariance + out.octetsVariance;
            double expected = in.expectedSamples() + out.expectedSamples();
            expectedSamples += expected;
            if (expected < SourceState.MIN_RATE_SAMPLES) {
                // Of few samples the distribution is far from a normal one.
                continue;
            }
            double errors = standardErrors(
                    in.estimatedPackets + out.estimatedPackets,
                    in.countedPackets + out.countedPackets,
                    in.packetsVariance + out.packetsVariance);
            if (Math.abs(errors) > Math.abs(mostErrors)) {
                most = each;
                mostErrors = errors;
            }
        }
        if (interfaces == 0) {
            return null;
        }
        return CounterDeviation.newBuilder()
                .setInterfaces(interfaces)
                .setEstimatedPackets(estimatedPackets)
                .setCountedPackets(countedPackets)
                .setPacketsDeviation(relative(estimatedPackets, countedPackets))
                .setPacketsStandardError(countedPackets == 0 ? null : Math.sqrt(packetsVariance) / countedPackets)
                .setPacketsDeviationStandardErrors(
                        expectedSamples < SourceState.MIN_RATE_SAMPLES
                                ? null
                                : standardErrors(estimatedPackets, countedPackets, packetsVariance))
                .setEstimatedOctets(estimatedOctets)
                .setCountedOctets(countedOctets)
                .setOctetsDeviation(relative(estimatedOctets, countedOctets))
                .setOctetsStandardError(countedOctets == 0 ? null : Math.sqrt(octetsVariance) / countedOctets)
                .setMostDeviatingInterface(most == null ? null : most.index)
                .setMostDeviatingInterfacePacketsDeviation(
                        most == null
                                ? null
                                : relative(
                                        most.in.estimatedPackets + most.out.estimatedPackets,
                                        most.in.countedPackets + most.out.countedPackets))
                .setMostDeviatingInterfaceStandardErrors(most == null ? null : mostErrors)
                .build();
    }

    private static Double relative(long estimated, long counted) {
        return counted == 0 ? null : (double) (estimated - counted) / counted;
    }

    /** 0 where there is no variance. */
    private static double standardErrors(long estimated, long counted, double variance) {
        return variance == 0 ? 0 : (estimated - counted) / Math.sqrt(variance);
    }
}
