package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Severity;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratedNamesTest {

    private static final String POD = "10.0.0.5";
    private static final int NXDOMAIN = 3;
    private static final Detection RULE = new GeneratedNames(GeneratedNames.Settings.defaults());
    private static final String[] DRAWN = {"xkqwzlvbnmfghjd", "qpzxjvkwmt", "vmjdxktq", "ctxhgbvrwpq", "owlhvqsrmk"};

    private static Act asks(String name, int code, double at) {
        return Act.egress(POD, "192.0.2.53", 53).udp().at(at).asking(name, 1, code, 1);
    }

    @Test
    void shouldHintAtFewAndAlarmAtMany() {
        Verdict one = new Timeline(POD)
                .add(asks("www.xkqwzlvbnmfghjd.com", NXDOMAIN, 0))
                .verdict(RULE);
        assertThat(one.boundedSeverity()).isEqualTo(Severity.low);
        assertThat(one.peers).containsExactly("xkqwzlvbnmfghjd.com");

        Timeline four = new Timeline(POD).add(4, i -> asks(DRAWN[i] + ".com", NXDOMAIN, i));
        assertThat(four.verdict(RULE).boundedSeverity()).isEqualTo(Severity.low);
        Timeline five = new Timeline(POD).add(5, i -> asks(DRAWN[i] + ".com", NXDOMAIN, i * 4000));
        assertThat(five.verdict(RULE).boundedSeverity()).isEqualTo(Severity.medium);
    }

    @Test
    void shouldNotTakeNamesThatExistNorPrivateNorChosenOnes() {
        new Timeline(POD)
                .add(5, i -> asks(DRAWN[i] + ".com", 0, i))
                .add(5, i -> asks(DRAWN[i] + ".local", NXDOMAIN, 10 + i))
                .add(5, i -> asks(DRAWN[i] + ".cdn.shop.com", NXDOMAIN, 20 + i))
                .add(asks("google.com", NXDOMAIN, 30), asks("kubernetes.io", NXDOMAIN, 31), asks("wpad", NXDOMAIN, 32))
                .silent(RULE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "google.com",
                "facebook.com",
                "wikipedia.org",
                "cloudflare.com",
                "kubernetes.io",
                "microsoftonline.com",
                "stackoverflow.com",
                "windowsupdate.com",
                "doubleclick.net",
                "akamaiedge.net",
                "nytimes.com",
                "schwarzenegger.com",
                "gstatic.com",
                "scorecardresearch.com",
                "zscaler.net",
                "vkontakte.ru",
                "mzstatic.com",
                "bootstrapcdn.com",
                "jsdelivr.net",
                "digitalocean.com",
                "office365.com",
                "1password.com",
                "deutschebahn.com",
                "rzeczpospolita.pl",
                "letsencrypt.org",
                "lloydsbank.com",
                "strengths.org",
                "westminster.gov.uk",
                "qq.com",
                "xn--bcher-kva.example"
            })
    void shouldScoreChosenNamesLow(String name) {
        assertThat(NameScore.of(name)).isLessThan(0.6);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xkqwzlvbnmfghjd.com",
                "qpzxjvkwmt.net",
                "a8f3e9c1b2d4.info",
                "x1k9z3q7w2.biz",
                "hjpwqzkrmv.org",
                "iuqerfsodp9ifjaposdfjhgosurijfaewrwergwea.com"
            })
    void shouldScoreDrawnNamesHigh(String name) {
        assertThat(NameScore.of(name)).isBetween(0.6, 1.0);
    }

    /** What the class says of itself. */
    @Test
    void shouldScoreMostDrawnNamesHigh() {
        Random random = new Random(7);
        int high = 0;
        for (int i = 0; i < 1000; i++) {
            String name =
                    random.ints(10, 'a', 'z' + 1).mapToObj(Character::toString).collect(Collectors.joining());
            high += NameScore.of(name.toLowerCase(Locale.ROOT) + ".com") >= 0.6 ? 1 : 0;
        }

        assertThat(high).isBetween(650, 750);
    }
}
