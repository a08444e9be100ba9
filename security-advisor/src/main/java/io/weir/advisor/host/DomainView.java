package io.weir.advisor.host;

import io.weir.advisor.host.Observation.DnsGlance;

/**
 * What a host asked about one domain in one hour of event time. Names that are seen at several observation points count at each; what is distinct
 * does not.
 */
public final class DomainView {

    /** Length of an hour. */
    static final long HOUR_MICROS = 3_600_000_000L;

    /** Types of questions whose answers carry much: TXT, NULL, CNAME, MX, and what iodine calls PRIVATE. */
    private static final int TXT = 16;

    private static final int NULL = 10;
    private static final int CNAME = 5;
    private static final int MX = 15;
    private static final int PRIVATE = 65399;

    private static final int NXDOMAIN = 3;

    private final String domain;
    private final long hour;
    final DistinctSketch names = new DistinctSketch();
    long queries;
    long namedFlows;
    long nameLengths;
    int longestName;
    long carryingTypes;
    long noSuchName;
    double entropySum;
    long firstMicros = Long.MAX_VALUE;
    long lastMicros = Long.MIN_VALUE;

    /** Where it is written. */
    HostRows.DomainRow row;

    DomainView(String domain, long hour) {
        this.domain = domain;
        this.hour = hour;
    }

    void add(Observation seen, String name) {
        DnsGlance dns = seen.application().dns();
        queries += dns.queries();
        noSuchName += dns.code() == NXDOMAIN ? dns.errors() : 0;
        if (seen.flow().isFirst()) {
            namedFlows++;
            nameLengths += name.length();
            entropySum += DomainNames.entropy(name.substring(0, name.length() - domain.length()));
            carryingTypes += isCarrying(dns.type()) ? 1 : 0;
        }
        longestName = Math.max(longestName, name.length());
        names.add(DomainNames.hash64(name));
        firstMicros = Math.min(firstMicros, seen.flow().startMicros());
        lastMicros = Math.max(lastMicros, seen.flow().endMicros());
    }

    private static boolean isCarrying(int type) {
        return type == TXT || type == NULL || type == CNAME || type == MX || type == PRIVATE;
    }

    /** The registered domain, as nearly as it can be told without a list: the last two labels, three below short second ones. */
    public String domain() {
        return domain;
    }

    /** Hours since the epoch. */
    public long hour() {
        return hour;
    }

    /** Queries. */
    public long queries() {
        return queries;
    }

    /** Flows whose name is known: the first name of each. */
    public long namedFlows() {
        return namedFlows;
    }

    /** Distinct names, within 9 % (one standard error). */
    public long distinctNames() {
        return names.estimate();
    }

    /** Mean length of the names, characters. */
    public double meanNameLength() {
        return namedFlows == 0 ? 0 : (double) nameLengths / namedFlows;
    }

    /** Length of the longest name, characters. */
    public int longestName() {
        return longestName;
    }

    /** Flows that asked for types whose answers carry much: TXT, NULL, CNAME, MX. */
    public long carryingTypes() {
        return carryingTypes;
    }

    /** Answers that there is no such name. */
    public long noSuchName() {
        return noSuchName;
    }

    /** Mean entropy of what stands before the domain, bits a character. */
    public double meanEntropy() {
        return namedFlows == 0 ? 0 : entropySum / namedFlows;
    }

    /** Start of the first flow, epoch microseconds. */
    public long firstMicros() {
        return firstMicros;
    }

    /** Last packet, epoch microseconds. */
    public long lastMicros() {
        return lastMicros;
    }
}
