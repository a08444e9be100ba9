package io.weir.advisor.finding;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** Ids of episodes. */
public final class FindingIds {

    private static final int ID_OCTETS = 16;

    private FindingIds() {}

    /**
     * Id of the episode of a key that was first seen at this time: 128 bits of SHA-256 as hex. The time counts in steps of the idle
     * time. As episodes of one key lie at least the idle time apart, no two share a step, and a flow that comes late and moves the
     * beginning by seconds mostly leaves the id as it is.
     *
     * @param rule id of the rule
     * @param key what the episode is about
     * @param firstMicros first packet, epoch microseconds
     * @param idleMicros an episode ends after this time without traffic, microseconds
     */
    public static String of(String rule, String key, long firstMicros, long idleMicros) {
        String name = rule + "|" + key + "|" + Math.floorDiv(firstMicros, idleMicros);
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(hash, ID_OCTETS));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
