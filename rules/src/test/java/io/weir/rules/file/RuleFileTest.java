package io.weir.rules.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.schemas.Severity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleFileTest {

    private static final String GOOD = """
            - id: good
              title: Good
              over: flow
              window: 1m
              measure: count
              threshold: 3
            """;

    @Test
    void shouldHandOverTextsThatStandAlone() {
        RuleFile file = RuleFile.parse("rules.yaml", """
                # Of the web team.

                  - id: first
                    title: First
                    over: flow
                    filter: |
                      protocolIdentifier == 6
                        && responder.port == 22
                    window: 1m
                    measure: count
                    threshold: 3
                # Between the two.
                  - id: second
                    title: Second
                    over: edge
                    window: 1m
                    measure: flows
                    threshold: 4
                """);

        assertThat(file.problems()).isEmpty();
        assertThat(file.texts()).containsOnlyKeys("first", "second");
        assertThat(file.texts().get("first")).startsWith("- id: first\n  title: First\n");
        for (Rule rule : file.rules()) {
            RuleFile alone = RuleFile.parseOne("topic", rule.id(), file.texts().get(rule.id()));
            assertThat(alone.problems()).isEmpty();
            assertThat(alone.rules().get(0)).usingRecursiveComparison().isEqualTo(rule);
            assertThat(alone.rules().get(0).fingerprint()).isEqualTo(rule.fingerprint());
        }
        RuleFile both =
                RuleFile.parse("rules.yaml", String.join("", file.texts().values()));
        assertThat(both.problems()).isEmpty();
        assertThat(both.texts()).isEqualTo(file.texts());
        String noList = GOOD.lines().map(line -> line.substring(2) + "\n").collect(Collectors.joining());
        assertThat(RuleFile.parse("rules.yaml", "# One.\n" + noList).texts()).isEqualTo(Map.of("good", GOOD));
    }

    @Test
    void shouldReadOneRuleOfAnId() {
        assertThat(RuleFile.parseOne("topic", "good", GOOD).rules()).hasSize(1);
        assertThat(RuleFile.parseOne("topic", "other", GOOD).problems())
                .extracting(RuleProblem::toString)
                .containsExactly("topic:1:1: its id is 'good', but its key 'other': they are equal");
        assertThat(RuleFile.parseOne("topic", "good", GOOD + GOOD.replace("good", "next")))
                .satisfies(read -> assertThat(read.rules()).isEmpty())
                .satisfies(read -> assertThat(read.problems())
                        .extracting(RuleProblem::toString)
                        .containsExactly("topic:1:1: there are 2 rules: write one"));
        assertThat(RuleFile.parseOne("topic", "good", "# nothing\n").problems()).hasSize(1);
        assertThat(RuleFile.parseOne("topic", "good", GOOD.replace("3", "0")).problems())
                .extracting(RuleProblem::line)
                .containsExactly(6);
    }

    @Test
    void shouldReadEveryKey() {
        RuleFile file = RuleFile.parse("rules.yaml", """
                ---
                # What we look for.
                - id: many-names
                  title: Many names
                  over: flow
                  filter: >
                    flowClass == 'egress' &&
                    application.name == 'dns'
                  groupBy: [initiator.address, "observationPoint.host"]
                  window: 5m
                  measure: distinct(application.dnsQuery)
                  threshold: 1.5e2
                  for: 90s
                  severity: high
                  silence: 1h
                  attackTechniques: [T1071.004]
                  description: |
                    Far more names than a resolver asks for.
                """);

        assertThat(file.problems()).isEmpty();
        Rule rule = file.rules().get(0);
        assertThat(rule.id()).isEqualTo("many-names");
        assertThat(rule.over()).isEqualTo(Over.flow);
        assertThat(rule.filter()).hasToString("flowClass == 'egress' && application.name == 'dns'\n");
        assertThat(rule.groupBy()).hasSize(2);
        assertThat(rule.window()).isEqualTo(Duration.ofMinutes(5));
        assertThat(rule.hopMs()).isEqualTo(30_000);
        assertThat(rule.measure()).hasToString("distinct(application.dnsQuery)");
        assertThat(rule.threshold()).isEqualTo(150);
        assertThat(rule.holdHops()).isEqualTo(3);
        assertThat(rule.silenceHops()).isEqualTo(120);
        assertThat(rule.severity()).isEqualTo(Severity.high);
        assertThat(rule.attackTechniques()).containsExactly("T1071.004");
        assertThat(rule.description()).isEqualTo("Far more names than a resolver asks for.");
    }

    @Test
    void shouldDoWithoutWhatIsOptional() {
        Rule rule = RuleFile.parse("rules.yaml", GOOD).rules().get(0);

        assertThat(rule.groupBy()).isEmpty();
        assertThat(rule.hold()).isZero();
        assertThat(rule.silence()).isZero();
        assertThat(rule.severity()).isEqualTo(Severity.medium);
        assertThat(rule.filter()).hasToString("true");
    }

    /** The line stands for {@code threshold} in a rule that is right otherwise. */
    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '`',
            value = {
                "threshold: 0 => 6:14: '0' is no threshold: write a number above 0",
                "threshold: many => 6:14: 'many' is no threshold",
                "threshold: [1] => 6:14: threshold has to be one value",
                "treshold: 1 => 6:3: there is no key 'treshold': did you mean threshold?",
                "title: again => 6:3: 'title' is given twice: keep one",
                "for: soon => 6:8: for is 'soon': write a duration from 0ms to 1d",
                "severity: grave => 6:13: severity is 'grave': write one of informational, low, medium, high, critical",
                "groupBy: initiator.address => 6:12: groupBy has to be a list",
                "groupBy: [initiator.adress] => 6:22: unknown field 'adress': did you mean address?",
                "groupBy: ['a.b', \"initiator\"] => 6:14: unknown name 'a'",
                "groupBy: [vlanIds] => 6:13: the expression is not one value",
                "filter: respnder.port == 1 => 6:11: unknown name 'respnder': did you mean responder?",
                "filter: 'flowClass == ''ingres''' => 6:25: 'ingres' is no FlowClass: did you mean 'ingress'?",
                "filter: \"flowClass == \\\"ingres\\\"\" => 6:25: 'ingres' is no FlowClass",
                "filter: responder.port == => 6:28: the expression ends too early",
                "filter: responder.port => 6:20: the expression is not true or false",
                "attackTechniques: [T1, T1046] => 6:22: 'T1' is no ATT&CK technique",
                "title: \"open => 6:10: this does not end: put the YAML right",
                "title: a: b => 6:11: mapping values are not allowed here"
            })
    void shouldPointAtTheMistakeAndLetTheOthersGoOn(String line, String problem) {
        String bad = GOOD.replace("good", "bad").replace("  threshold: 3", "  " + line);

        RuleFile file = RuleFile.parse("rules.yaml", bad + GOOD);

        assertThat(file.problems()).anySatisfy(one -> assertThat(one.toString()).startsWith("rules.yaml:" + problem));
        assertThat(file.rules()).extracting(Rule::id).containsExactly("good");
    }

    @Test
    void shouldFindPlacesInBlocks() {
        String folded = """
                - id: folded
                  title: Folded
                  over: flow
                  filter: >-
                    responder.port == 443

                      && respnder.port == 1
                  window: 1m
                  measure: >
                    sum(delta.initiatorPackets
                        + delta.initiatorPacket)
                  threshold: 1
                """;

        assertThat(RuleFile.parse("r", folded).problems())
                .extracting(RuleProblem::toString)
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("r:7:10: unknown name 'respnder'"),
                        second -> assertThat(second).startsWith("r:11:16: unknown field 'initiatorPacket'"));
    }

    @Test
    void shouldNameEverythingThatIsMissingOnce() {
        assertThat(RuleFile.parse("r", "- id: x\n").problems())
                .containsExactly(new RuleProblem("r", 1, 3, "title, over, window, measure, threshold are missing"));
    }

    @Test
    void shouldRefuseASecondRuleOfTheSameId() {
        RuleFile file = RuleFile.parse("r", GOOD + GOOD);

        assertThat(file.rules()).hasSize(1);
        assertThat(file.problems())
                .extracting(RuleProblem::toString)
                .containsExactly("r:7:3: there is another rule 'good' before this one: ids are unique");
    }

    @Test
    void shouldRefuseWhatIsNoRule() {
        assertThat(RuleFile.parse("r", "- 5\n- [a, b]\n").problems())
                .extracting(RuleProblem::line)
                .containsExactly(1, 2);
        assertThat(RuleFile.parse("r", "").rules()).isEmpty();
        assertThat(RuleFile.parse("r", "- &a [*a]\n- !!java.net.URL [x]\n").rules())
                .isEmpty();
    }

    @Test
    void shouldReadARuleByItself() {
        String alone = GOOD.replace("- ", "").indent(-2).replace("  ", "");

        assertThat(RuleFile.parse("r", alone).rules()).extracting(Rule::id).containsExactly("good");
    }

    @Test
    void shouldRefuseMoreThanThereMayBe() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i <= RuleFile.MAX_RULES; i++) {
            text.append(GOOD.replace("good", "r" + i));
        }

        RuleFile file = RuleFile.parse("r", text.toString());

        assertThat(file.rules()).hasSize(RuleFile.MAX_RULES);
        assertThat(file.problems()).extracting(RuleProblem::line).isEqualTo(List.of(6 * RuleFile.MAX_RULES + 1));
    }

    @Test
    void shouldSayThatThereIsNoFile(@TempDir Path directory) throws Exception {
        assertThatThrownBy(() -> RuleFile.read(directory.resolve("none.yaml")))
                .hasMessageStartingWith("there is no rule file ");
        Path latin = Files.write(directory.resolve("latin.yaml"), new byte[] {(byte) 0xe4});
        assertThatThrownBy(() -> RuleFile.read(latin)).hasMessageEndingWith("is not text in UTF-8");
    }
}
