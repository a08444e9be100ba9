package io.weir.advisor.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Severity;
import java.util.List;
import org.junit.jupiter.api.Test;

class NonexistentNamesTest {

    private static final String POD = "10.0.0.5";
    private static final int NXDOMAIN = 3;
    private static final Detection RULE = new NonexistentNames(NonexistentNames.Settings.defaults());

    private static Act asks(String name, int code, double at) {
        return Act.egress(POD, "192.0.2.53", 53).udp().at(at).asking(name, 1, code, 1);
    }

    @Test
    void shouldFindManyDomainsThatDoNotExist() {
        new Timeline(POD).add(9, i -> asks("made-up" + i + ".com", NXDOMAIN, i)).silent(RULE);
        Verdict verdict = new Timeline(POD)
                .add(10, i -> asks("made-up" + i + ".com", NXDOMAIN, i))
                .verdict(RULE);

        assertThat(verdict.boundedSeverity()).isEqualTo(Severity.medium);
        assertThat(verdict.peers).hasSize(10).contains("made-up3.com");
        assertThat(verdict.firstMicros).isEqualTo(Act.T0);
    }

    /** As measured: 25 names below one domain. */
    @Test
    void shouldFindManyNamesOfADomainWhereNothingExists() {
        new Timeline(POD)
                .add(9, i -> asks("nx" + i + ".parent.com", NXDOMAIN, i))
                .silent(RULE);
        Verdict verdict = new Timeline(POD)
                .add(25, i -> asks("nx" + i + ".parent.com", NXDOMAIN, i))
                .verdict(RULE);

        assertThat(verdict.boundedSeverity()).isEqualTo(Severity.low);
        assertThat(verdict.techniques).isEqualTo(List.of("T1498"));
        assertThat(verdict.description).contains("25 of 25").contains("below parent.com");
    }

    @Test
    void shouldWantThreeInTen() {
        Timeline mixed = new Timeline(POD)
                .add(12, i -> asks("made-up" + i + ".com", NXDOMAIN, i))
                .add(28, i -> asks("there" + i + ".org", 0, 20 + i));
        mixed.silent(RULE);
        assertThat(new Timeline(POD)
                        .add(12, i -> asks("made-up" + i + ".com", NXDOMAIN, i))
                        .add(27, i -> asks("there" + i + ".org", 0, 20 + i))
                        .verdicts(RULE))
                .as("12 of 39 are more than 0.3, 12 of 40 are not")
                .hasSize(1);
    }

    /** What a pod does all day: each name with every search domain first. */
    @Test
    void shouldNotTakeSearchListsForIt() {
        String[] search = {"default.svc.cluster.local", "svc.cluster.local", "cluster.local", "corp.example"};
        new Timeline(POD)
                .add(200, i -> asks("api" + i + ".shop.com." + search[i % 4], NXDOMAIN, i))
                .add(50, i -> asks("api.shop.com", 0, 300 + i))
                .silent(RULE);
        new Timeline(POD)
                .add(60, i -> asks("api" + i % 5 + ".shop.com.search.company.com", NXDOMAIN, i))
                .silent(RULE);
        new Timeline(POD).add(60, i -> asks("wpad", NXDOMAIN, i)).silent(RULE);
    }

    /** A domain with names that exist is in use: some that are wrong are a mistake. */
    @Test
    void shouldNotTakeMistakesForIt() {
        new Timeline(POD)
                .add(40, i -> asks("old" + i + ".company.com", NXDOMAIN, i))
                .add(10, i -> asks("www.company.com", 0, 50 + i))
                .silent(RULE);
    }

    @Test
    void shouldCountByHour() {
        new Timeline(POD)
                .add(12, i -> asks("made-up" + i + ".com", NXDOMAIN, i * 600))
                .silent(RULE);
    }
}
