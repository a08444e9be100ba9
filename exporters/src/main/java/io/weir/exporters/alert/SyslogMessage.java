package io.weir.exporters.alert;

import io.weir.exporters.finding.FindingFacts;
import io.weir.schemas.Finding;
import java.nio.charset.StandardCharsets;

/**
 * A finding as a message of RFC 5424: {@code <PRI>1 TIMESTAMP HOSTNAME weir - finding-STATUS [finding@32473 …] TITLE}. The time is that of
 * the last packet. 32473 is the enterprise number that RFC 5612 sets aside for those who have none.
 */
final class SyslogMessage {

    private static final int SEVERITIES = 8;
    private static final int MAX_HOST_CHARACTERS = 255;
    private static final int MAX_VALUE_CHARACTERS = 1000;
    private static final String STRUCTURED_DATA = "finding@32473";
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private SyslogMessage() {}

    static byte[] of(Finding finding, int facility, String host) {
        StringBuilder message = new StringBuilder()
                .append('<')
                .append(facility * SEVERITIES + severity(finding))
                .append(">1 ")
                .append(FindingFacts.microseconds(finding.getLastSeenMicroseconds()))
                .append(' ')
                .append(printable(host))
                .append(" weir - finding-")
                .append(finding.getStatus())
                .append(" [")
                .append(STRUCTURED_DATA);
        append("id", finding.getFindingId(), message);
        append("key", FindingFacts.idempotencyKey(finding), message);
        append("rule", finding.getRule(), message);
        append("severity", finding.getSeverity().name(), message);
        append("confidence", finding.getConfidence().name(), message);
        append("risk", finding.getRiskScore() == null ? null : Integer.toString(finding.getRiskScore()), message);
        append("class", finding.getFlowClass().name(), message);
        append("initiator", FindingFacts.nameOf(finding.getInitiator()), message);
        append("responder", FindingFacts.nameOf(finding.getResponder()), message);
        append("service", FindingFacts.service(finding), message);
        append("firstSeen", FindingFacts.microseconds(finding.getFirstSeenMicroseconds()), message);
        append("flows", Long.toString(finding.getFlows()), message);
        append("packets", Long.toString(finding.getPackets()), message);
        append("octets", Long.toString(finding.getLayer2Octets()), message);
        for (String technique : finding.getAttackTechniques()) {
            append("technique", technique, message);
        }
        append("allowedBy", finding.getAllowedBy(), message);
        String title = cut(finding.getTitle()).replaceAll("\\p{Cntrl}", " ");
        boolean ascii = StandardCharsets.US_ASCII.newEncoder().canEncode(title);
        // What is not ASCII must say that it is UTF-8 (section 6.4); the rest is spared the octets that many receivers
        // show.
        return message.append("] ")
                .append(ascii ? "" : BYTE_ORDER_MARK)
                .append(title)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Of the eight that there are, from 2, critical, to 6, informational. */
    private static int severity(Finding finding) {
        return switch (finding.getSeverity()) {
            case critical -> 2;
            case high -> 3;
            case medium -> 4;
            case low -> 5;
            case informational, unknown -> 6;
        };
    }

    private static void append(String name, String value, StringBuilder message) {
        if (value == null) {
            return;
        }
        message.append(' ').append(name).append("=\"");
        String shown = cut(value);
        for (int i = 0; i < shown.length(); i++) {
            char c = shown.charAt(i);
            if (c == '"' || c == '\\' || c == ']') {
                message.append('\\');
            }
            message.append(c < ' ' || c == 0x7f ? ' ' : c);
        }
        message.append('"');
    }

    private static String cut(String text) {
        return text.length() <= MAX_VALUE_CHARACTERS ? text : text.substring(0, MAX_VALUE_CHARACTERS);
    }

    /** HOSTNAME is printable ASCII without spaces. */
    private static String printable(String host) {
        String printable = host.replaceAll("[^\\x21-\\x7e]", "_");
        return printable.substring(0, Math.min(printable.length(), MAX_HOST_CHARACTERS));
    }
}
