package io.weir.topology.netflow;

/** What became of a template. One that is sent again as it was has not changed. */
public enum TemplateChange {
    /** Its number was not in use. */
    LEARNED,
    /** Its number stood for other fields before (RFC 7011 section 8 forbids that over UDP, exporters do it). */
    REDEFINED,
    /** The exporter took it back (RFC 7011 section 8.1). */
    WITHDRAWN,
    /** It had to go for another one. */
    EVICTED,
    /** Its exporter was silent for too long. */
    EXPIRED;

    /** Whether it can be used from now on; otherwise no more. */
    public boolean isPresent() {
        return this == LEARNED || this == REDEFINED;
    }
}
