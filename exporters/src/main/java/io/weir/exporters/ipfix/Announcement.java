package io.weir.exporters.ipfix;

/** What a collector must know of a domain before its flows: templates, and options with what does not change from record to record. */
final class Announcement {

    private final ExportDomain domain;
    private final byte[] message;

    /** @param message as it is to be sent, see {@link IpfixMessage}; kept, not copied */
    Announcement(ExportDomain domain, byte[] message) {
        this.domain = domain;
        this.message = message;
    }

    ExportDomain domain() {
        return domain;
    }

    /** A copy, for the session to fill in. */
    byte[] message() {
        return message.clone();
    }
}
