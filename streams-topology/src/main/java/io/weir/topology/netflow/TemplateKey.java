package io.weir.topology.netflow;

/**
 * What a template is known by. RFC 7011 scopes templates by transport session, which has a UDP port; exporters change theirs, hence the
 * port is left out ({@link Exporter#ANY_PORT}) until two ports of an address contradict each other.
 *
 * @param session the exporter, as a rule without its port
 * @param version 9 or 10
 * @param domain observation domain or source id, unsigned
 * @param id 256 to 65535
 */
public record TemplateKey(Exporter session, int version, int domain, int id) {
    private static final int DOMAIN_SHIFT = 32;
    private static final int VERSION_SHIFT = 16;

    /** What tells the templates of one exporter apart. */
    static long packed(int version, int domain, int id) {
        return ((long) domain << DOMAIN_SHIFT) | ((long) version << VERSION_SHIFT) | id;
    }

    long packed() {
        return packed(version, domain, id);
    }
}
