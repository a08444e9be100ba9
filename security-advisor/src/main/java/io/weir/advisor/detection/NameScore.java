package io.weir.advisor.detection;

import java.util.Set;

/**
 * How much the name of a domain looks like letters that were drawn, not chosen: 0 to 1. Rare pairs of letters, long runs of consonants, too few or too many vowels,
 * and changes between letters and digits add up. No list of names is needed; abbreviations without vowels are taken for drawn ones. Of names of 10 letters that are drawn,
 * seven in ten reach 0.6; of common words and brands nearly none.
 */
final class NameScore {

    /** Shorter ones say too little. */
    private static final int MIN_LENGTH = 7;

    /** Pairs of letters that are common in English, or in names made of European words. */
    private static final Set<String> COMMON_PAIRS = Set.of(
            ("th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri "
                            + "ro ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc et ut "
                            + "ss so rs un lo wa ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai sh ir su id os iv ia am fi "
                            + "ci vi pl ig tu ev ld ry mp fe bl ab gh ty op wo sa ay ex ke fr oo av ag if ap gr od bo sp rd do uc bu ei ov "
                            + "by rm ep tt oc fa ef cu rn sc gi da yo cr cl du ga qu ue ff ba ey ls va um pp ua up lu go ht ru ug ds lt pi "
                            + "rc rr eg au ck ew mu br bi pt ak pu ui rg ib tl ny ki rk ys ob mm fu ph og ms ye ud mb ip ub oi rl gu dr cc "
                            + "tw ft wn nu af hu nn eo vo rv nf xp gn sm fl iz ok my gl aw ju oa sy sl ps jo nv je nk kn gs ze ks xt ik za "
                            + "zo az ja ox ix ax")
                    .split(" "));

    /** Top labels that are not of the public name space (RFC 6761, 6762, 8375; ICANN's internal), or were never given out because they are used privately. */
    private static final Set<String> PRIVATE_TOPS = Set.of(
            "arpa",
            "corp",
            "example",
            "home",
            "internal",
            "intranet",
            "invalid",
            "lan",
            "local",
            "localdomain",
            "localhost",
            "mail",
            "onion",
            "private",
            "test");

    private static final String VOWELS = "aeiouy";

    private NameScore() {}

    /** True for names that no server of the public name space answers for, and those of one label. */
    static boolean isPrivate(String domain) {
        int top = domain.lastIndexOf('.');
        return top < 0 || PRIVATE_TOPS.contains(domain.substring(top + 1));
    }

    /** Score of the first label of a registered domain; 0 for names in other scripts (RFC 5890). */
    static double of(String domain) {
        int end = domain.indexOf('.');
        String first = end < 0 ? domain : domain.substring(0, end);
        String label = first.replace("-", "");
        if (label.length() < MIN_LENGTH || first.startsWith("xn--")) {
            return 0;
        }
        int letters = 0;
        int vowels = 0;
        int pairs = 0;
        int rarePairs = 0;
        int changes = 0;
        int run = 0;
        int longestRun = 0;
        for (int i = 0; i < label.length(); i++) {
            char c = label.charAt(i);
            boolean isLetter = isLetter(c);
            boolean isVowel = VOWELS.indexOf(c) >= 0;
            letters += isLetter ? 1 : 0;
            vowels += isVowel ? 1 : 0;
            run = isLetter && !isVowel ? run + 1 : 0;
            longestRun = Math.max(longestRun, run);
            if (i > 0 && isLetter(label.charAt(i - 1)) != isLetter) {
                changes++;
            } else if (i > 0 && isLetter) {
                pairs++;
                rarePairs += COMMON_PAIRS.contains(label.substring(i - 1, i + 1)) ? 0 : 1;
            }
        }
        if (letters == 0) {
            return 0;
        }
        // Weights and limits by trial, on names that are well known and on letters that were drawn.
        double rare = pairs == 0 ? 1 : within((double) rarePairs / pairs, 0.15, 0.55);
        double share = (double) vowels / letters;
        double odd = Math.max(1 - within(share, 0.08, 0.28), within(share, 0.6, 0.8));
        return Math.min(1, 0.55 * rare + 0.25 * within(longestRun, 3, 6) + 0.2 * odd + 0.4 * within(changes, 1, 5));
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    /** 0 at the lower, 1 at the upper limit and beyond. */
    private static double within(double value, double lower, double upper) {
        return Math.max(0, Math.min(1, (value - lower) / (upper - lower)));
    }
}
