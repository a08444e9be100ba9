package io.weir.advisor.allow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weir.advisor.subnet.AddressBits;
import io.weir.advisor.subnet.Cidr;
import io.weir.advisor.subnet.ClusterSet;
import io.weir.advisor.subnet.Subnets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllowListTest {

    private static final String REST = """
            a.owner = me
            a.reason = test
            """;

    private static final Set<String> RULES = Set.of("ingress", "beacon", "flood_syn");

    @TempDir
    private Path directory;

    private final List<String> expired = new ArrayList<>();
    private final Subnets subnets = new Subnets(
            List.of(), List.of(ClusterSet.parse("service/web:10.96.0.0/16"), ClusterSet.parse("pod:10.1.0.0/16")), 1);

    @ParameterizedTest
    @CsvSource({
        "198.51.100.7, 10.96.0.1, 6, 443, true",
        "198.51.100.7, 10.96.0.1, 6, 8000, true",
        "198.51.100.7, 10.96.0.1, 6, 8099, true",
        "2001:db8:7::1, 10.96.0.1, 6, 443, true",
        "198.51.100.7, 192.0.2.80, 6, 443, true",
        "198.51.101.7, 10.96.0.1, 6, 443, false",
        "198.51.100.7, 10.1.0.1, 6, 443, false",
        "198.51.100.7, 10.96.0.1, 17, 443, false",
        "198.51.100.7, 10.96.0.1, , 443, false",
        "198.51.100.7, 10.96.0.1, 6, 444, false",
        "198.51.100.7, 10.96.0.1, 6, , false"
    })
    void shouldPermitWhatFitsInEverything(
            String source, String destination, Integer protocol, Integer port, boolean permitted) throws IOException {
        AllowList list = listOf("""
                checks.source = 198.51.100.0/24, 2001:db8:7::/48
                checks.destination = service/web, 192.0.2.80
                checks.port = 443, 8000-8099
                checks.protocol = tcp
                checks.owner = sre@example.org
                checks.reason = Probes of the status page
                checks.expires = never
                """);
        AllowEntry found = find(list, source, destination, protocol, port, 0);
        assertThat(found == null ? null : found.name()).isEqualTo(permitted ? "checks" : null);
    }

    @Test
    void shouldPermitEverythingFromTheSourceWhenNothingElseIsSaid() throws IOException {
        AllowList list = listOf("a.source = 198.51.100.7\na.expires = never\n" + REST);
        assertThat(find(list, "198.51.100.7", "10.1.0.1", 1, null, 0)).hasToString("a (owner me, without end: test)");
        assertThat(find(list, "198.51.100.8", "10.1.0.1", 1, null, 0)).isNull();
    }

    @Test
    void shouldPermitIngressWhenNoRuleIsSaid() throws IOException {
        AllowList list = listOf("a.source = 198.51.100.7\na.expires = never\n" + REST);
        assertThat(find(list, "ingress", "198.51.100.7", "10.1.0.1")).isEqualTo("a");
        assertThat(find(list, "beacon", "198.51.100.7", "10.1.0.1")).isNull();
    }

    @Test
    void shouldPermitWhatTheRulesOfTheEntryFind() throws IOException {
        AllowList list = listOf("""
                some.rule = beacon, flood_syn
                some.source = 198.51.100.7
                some.owner = me
                some.reason = test
                some.expires = never
                every.rule = *
                every.source = 198.51.0.0/16
                every.owner = me
                every.reason = test
                every.expires = never
                """);
        assertThat(find(list, "beacon", "198.51.100.7", null)).isEqualTo("some");
        assertThat(find(list, "ingress", "198.51.100.7", null)).isEqualTo("every");
        assertThat(find(list, "beacon", "198.51.100.8", null)).isEqualTo("every");
    }

    /** What is several is permitted only by what permits all of it. */
    @Test
    void shouldNotGuessWhereAFindingNamesSeveral() throws IOException {
        AllowList list = listOf("""
                load.rule = flood_syn
                load.source = 0.0.0.0/0
                load.destination = 10.1.0.0/24
                load.owner = me
                load.reason = load tests
                load.expires = never
                one.rule = *
                one.source = 198.51.100.0/24
                one.owner = me
                one.reason = test
                one.expires = never
                """);
        assertThat(find(list, "flood_syn", null, "10.1.0.1")).isEqualTo("load");
        assertThat(find(list, "flood_syn", "192.0.2.1", "10.1.0.1")).isEqualTo("load");
        assertThat(find(list, "flood_syn", null, "10.1.1.1")).isNull();
        assertThat(find(list, "flood_syn", null, null)).isNull();
        assertThat(find(list, "flood_syn", null, "10.1.0.0/24")).isEqualTo("load");
        assertThat(find(list, "flood_syn", null, "10.1.0.0/16")).isNull();
        assertThat(find(list, "beacon", "198.51.100.0/25", null)).isEqualTo("one");
        assertThat(find(list, "beacon", "198.51.0.0/16", null)).isNull();
    }

    @Test
    void shouldNotPermitAfterTheEndAndSaySoOnce() throws IOException {
        AllowList list = listOf("a.source = 198.51.100.0/24\na.expires = 1970-01-02\n" + REST);
        assertThat(find(list, "198.51.100.7", "10.1.0.1", 6, 22, 86_399_999)).isNotNull();
        assertThat(expired).isEmpty();
        assertThat(find(list, "198.51.100.7", "10.1.0.1", 6, 22, 86_400_000)).isNull();
        assertThat(find(list, "198.51.100.8", "10.1.0.1", 6, 22, 90_000_000)).isNull();
        assertThat(expired).containsExactly("a");
        assertThat(find(list, "198.51.100.7", "10.1.0.1", 6, 22, 0))
                .as("a late flow of the time before")
                .isNotNull();
    }

    @Test
    void shouldTakeTheFirstEntryThatFitsAndHasNotExpired() throws IOException {
        AllowList list = listOf("""
                old.source = 198.51.100.7
                old.owner = me
                old.reason = test
                old.expires = 1970-01-02
                wide.source = 198.51.0.0/16
                wide.owner = me
                wide.reason = test
                wide.expires = never
                """);
        assertThat(find(list, "198.51.100.7", "10.1.0.1", 6, 22, 0).name()).isEqualTo("old");
        assertThat(find(list, "198.51.100.7", "10.1.0.1", 6, 22, 86_400_000).name())
                .isEqualTo("wide");
        assertThat(find(list, "198.51.101.7", "10.1.0.1", 6, 22, 0).name()).isEqualTo("wide");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.source = 10.1.2.3/8 |:1: source: '10.1.2.3/8' has bits set behind its prefix: write 10.0.0.0/8",
                "a.port = 70000 |:1: port: '70000' is no port",
                "a.port = 9-8 |:1: port: '9-8' is no port",
                "a.protocol = tpc |:1: protocol: 'tpc' is no protocol: write one of esp, gre, icmp",
                "a.destination = shop! |:1: destination: 'shop!' is not an address range",
                "a.expires = tomorrow |:1: expires: 'tomorrow' is no time: write a day such as 2026-01-31",
                "a.rule = beacons |:1: rule: there is no rule 'beacons': there are beacon, flood_syn, ingress, and * for all",
                "a.prot = tcp |:1: there is no field 'prot': there are rule, source, destination, port",
                "a.owner = you |:4: 'owner' is given twice",
                "a.port 443 |:1: 'a.port 443' cannot be read: write NAME.FIELD = VALUE",
                "a.reason = |:5: 'reason' is given twice"
            })
    void shouldRefuseAnEntryWithAMistakeAndGoOn(String line, String problem) throws IOException {
        String source = line.contains("source") ? "" : "a.source = 198.51.100.7\n";
        String expires = line.contains("expires") ? "" : "a.expires = never\n";
        Path file = write(line.strip() + "\n" + (source.isEmpty() ? "#\n" : source) + expires + REST + """
                b.source = 192.0.2.1
                b.owner = me
                b.reason = test
                b.expires = never
                """);
        AllowListFile read = AllowListFile.read(file, RULES);
        assertThat(read.entries()).extracting(AllowEntry::name).containsExactly("b");
        assertThat(read.problems())
                .anySatisfy(one ->
                        assertThat(one).startsWith(file + problem.strip()).endsWith("; the entry 'a' permits nothing"));
    }

    @Test
    void shouldRefuseTheEntryThatALineWithoutANameMayHaveBelongedTo() throws IOException {
        AllowListFile read = AllowListFile.read(
                write("a.source = 198.51.100.7\na.expires = never\n" + REST + "port = 443\n"), RULES);
        assertThat(read.entries()).isEmpty();
        assertThat(read.problems()).singleElement().asString().contains(":5: 'port = 443' cannot be read");
    }

    @Test
    void shouldNameWhatIsMissing() throws IOException {
        AllowListFile read =
                AllowListFile.read(write("# comment\na.source = 198.51.100.7\na.port = 1\na.owner =\n"), RULES);
        assertThat(read.problems()).singleElement().asString().contains(":2: owner, reason, expires are missing");
    }

    @Test
    void shouldRefuseEntriesBeyondTheCap() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i <= AllowList.MAX_ENTRIES; i++) {
            lines.append(("a.source = 198.51.100.7\na.expires = never\n" + REST).replace("a.", "e" + i + "."));
        }
        AllowListFile read = AllowListFile.read(write(lines.toString()), RULES);
        assertThat(read.entries()).hasSize(AllowList.MAX_ENTRIES);
        assertThat(read.problems()).singleElement().asString().contains("'e1000' is one too many");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AllowList(
                        Collections.nCopies(
                                AllowList.MAX_ENTRIES + 1, read.entries().get(0)),
                        entry -> {}))
                .withMessageContaining("there may be 1000");
    }

    @Test
    void shouldSayThatThereIsNoFile() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AllowListFile.read(directory.resolve("none"), RULES))
                .withMessageStartingWith("there is no allow-list");
    }

    private AllowList listOf(String lines) throws IOException {
        AllowListFile read = AllowListFile.read(write(lines), RULES);
        assertThat(read.problems()).isEmpty();
        return new AllowList(read.entries(), entry -> expired.add(entry.name()));
    }

    private Path write(String lines) throws IOException {
        return Files.writeString(directory.resolve("allow"), lines);
    }

    private AllowEntry find(
            AllowList list, String source, String destination, Integer protocol, Integer port, long eventTimeMs) {
        AddressBits to = new AddressBits();
        assertThat(to.parse(destination)).isTrue();
        return list.find(new AllowQuery(
                "ingress",
                Cidr.parse(source),
                Cidr.parse(destination),
                subnets.lookup(to, eventTimeMs),
                protocol,
                port,
                eventTimeMs));
    }

    private static String find(AllowList list, String rule, String source, String destination) {
        AllowEntry found = list.find(new AllowQuery(
                rule,
                source == null ? null : Cidr.parse(source),
                destination == null ? null : Cidr.parse(destination),
                null,
                null,
                null,
                0));
        return found == null ? null : found.name();
    }
}
