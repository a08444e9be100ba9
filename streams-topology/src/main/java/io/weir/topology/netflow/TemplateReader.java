package io.weir.topology.netflow;

import java.nio.ByteBuffer;

/**
 * Reads one template record into arrays that are used anew: the one place that knows how fields, enterprise numbers and scopes are laid out.
 *
 * <pre>
 * template          id  fields           | field …      v9 and IPFIX
 * options template  id  scope   options  | field …      v9, octets of each
 * options template  id  fields  scope    | field …      IPFIX, numbers of fields
 * field             id  octets                          16 bits each
 * field             id  octets  enterprise number       IPFIX, where the first bit is set; 32 bits
 * </pre>
 *
 * <p>RFC 3954 sections 5.2 and 6.1, RFC 7011 sections 3.2 and 3.4.
 */
final class TemplateReader {
    /** A record that ends behind its set. */
    static final int CUT = -1;

    private static final int SHORT_MASK = 0xffff;
    private static final int ENTERPRISE_BIT = 0x8000;
    /** The shortest record. */
    static final int HEAD_OCTETS = 4;

    private static final int OPTIONS_HEAD_OCTETS = 6;
    private static final int FIELD_OCTETS = 4;
    private static final int ENTERPRISE_OCTETS = 4;

    private final int maxFields;

    int id;
    /** As announced; 0 withdraws (IPFIX). The arrays hold it, if it is not above the limit. */
    int fields;

    int scopeFields;
    /** v9: octets of scope or options that are no whole number of fields; IPFIX: a scope longer than the record. */
    boolean badScope;

    final int[] enterprises;
    final int[] ids;
    final int[] lengths;

    TemplateReader(int maxFields) {
        this.maxFields = maxFields;
        enterprises = new int[maxFields];
        ids = new int[maxFields];
        lengths = new int[maxFields];
    }

    /** Whether it has more fields than allowed; then they are not in the arrays. */
    boolean hasTooManyFields() {
        return fields > maxFields;
    }

    /**
     * Reads a record.
     *
     * @param end end of the set; at least four octets are left before it
     * @return position behind the record, or {@link #CUT}
     */
    int read(ByteBuffer buffer, int at, int end, boolean ipfix, boolean options) {
        id = unsigned(buffer, at);
        int first = unsigned(buffer, at + Short.BYTES);
        fields = first;
        scopeFields = 0;
        badScope = false;
        int next = at + HEAD_OCTETS;
        if (options && !(ipfix && first == 0)) {
            if (end - at < OPTIONS_HEAD_OCTETS) {
                return CUT;
            }
            int second = unsigned(buffer, next);
            next = at + OPTIONS_HEAD_OCTETS;
            if (!ipfix) {
                return readV9Options(buffer, next, end, first, second);
            }
            badScope = second > first;
            scopeFields = Math.min(first, second);
        }
        return readFields(buffer, next, end, ipfix);
    }

    private int readV9Options(ByteBuffer buffer, int at, int end, int scopeOctets, int optionOctets) {
        scopeFields = scopeOctets / FIELD_OCTETS;
        fields = scopeFields + optionOctets / FIELD_OCTETS;
        badScope = scopeOctets % FIELD_OCTETS != 0 || optionOctets % FIELD_OCTETS != 0;
        if (scopeOctets + optionOctets > end - at) {
            return CUT;
        }
        readFields(buffer, at, end, false);
        return at + scopeOctets + optionOctets;
    }

    private int readFields(ByteBuffer buffer, int at, int end, boolean ipfix) {
        int next = at;
        for (int i = 0; i < fields; i++) {
            if (end - next < FIELD_OCTETS) {
                return CUT;
            }
            int element = unsigned(buffer, next);
            int length = unsigned(buffer, next + Short.BYTES);
            next += FIELD_OCTETS;
            int enterprise = 0;
            if (ipfix && (element & ENTERPRISE_BIT) != 0) {
                if (end - next < ENTERPRISE_OCTETS) {
                    return CUT;
                }
                element &= ~ENTERPRISE_BIT;
                enterprise = buffer.getInt(next);
                next += ENTERPRISE_OCTETS;
            }
            if (i < maxFields) {
                enterprises[i] = enterprise;
                ids[i] = element;
                lengths[i] = length;
            }
        }
        return next;
    }

    private static int unsigned(ByteBuffer buffer, int at) {
        return buffer.getShort(at) & SHORT_MASK;
    }
}
