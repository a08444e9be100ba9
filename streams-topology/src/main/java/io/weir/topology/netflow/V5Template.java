package io.weir.topology.netflow;

/**
 * The record of NetFlow v5, 48 octets, as the template that it would have, so that it is read as all others.
 *
 * <pre>
 *  0 source  4 destination  8 next hop  12 input 14 output interface  16 packets  20 octets  24 first  28 last (uptime)
 * 32 source port  34 destination port  36 padding  37 TCP flags  38 protocol  39 type of service
 * 40 source AS  42 destination AS  44 source mask  45 destination mask  46 padding
 * </pre>
 */
final class V5Template {
    static final int RECORD_OCTETS = 48;

    private static final int PADDING_ID = 210;

    /** Element and octets of each field in order. */
    private static final int[][] FIELDS = {
        {8, 4},
        {12, 4},
        {15, 4},
        {10, 2},
        {14, 2},
        {2, 4},
        {1, 4},
        {22, 4},
        {21, 4},
        {7, 2},
        {11, 2},
        {PADDING_ID, 1},
        {6, 1},
        {4, 1},
        {5, 1},
        {16, 2},
        {17, 2},
        {9, 1},
        {13, 1},
        {PADDING_ID, 2}
    };

    private V5Template() {}

    static Template create() {
        int[] ids = new int[FIELDS.length];
        int[] lengths = new int[FIELDS.length];
        for (int i = 0; i < FIELDS.length; i++) {
            ids[i] = FIELDS[i][0];
            lengths[i] = FIELDS[i][1];
        }
        Exporter nobody = new Exporter(0, 0, 0, Exporter.ANY_PORT);
        TemplateKey key = new TemplateKey(nobody, NetflowDecoder.V5, 0, 0);
        return new Template(key, false, 0, new int[FIELDS.length], ids, lengths, 0, 0, 0);
    }
}
