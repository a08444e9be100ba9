package io.weir.topology.netflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.topology.netflow.ExportSequence.Convention;
import io.weir.topology.netflow.ExportSequence.Verdict;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** N-14: what sequence numbers tell of loss. */
class ExportSequenceTest {
    private long startMillis = 1_000_000;
    private long millis = 2_000_000;

    private MessageHead head(int version, int sequence, int records, int options) {
        MessageHead head = new MessageHead();
        head.version = version;
        head.sequenceNumber = sequence;
        head.dataRecords = records;
        head.optionsRecords = options;
        head.exportNanos = millis * 1_000_000;
        head.uptimeMillis = version == NetflowDecoder.IPFIX ? MessageHead.NO_UPTIME : millis - startMillis;
        millis += 100;
        return head;
    }

    private Verdict observe(ExportSequence sequence, int version, int number, int records) {
        return sequence.observe(head(version, number, records, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {NetflowDecoder.V5, NetflowDecoder.IPFIX})
    void shouldCountRecords(int version) {
        ExportSequence sequence = new ExportSequence(version);
        assertThat(observe(sequence, version, 100, 30)).isEqualTo(Verdict.FIRST);
        assertThat(observe(sequence, version, 130, 7)).isEqualTo(Verdict.IN_ORDER);
        assertThat(observe(sequence, version, 157, 30)).isEqualTo(Verdict.GAP);
        assertThat(sequence.missing()).isEqualTo(20);
        assertThat(observe(sequence, version, 187, 1)).isEqualTo(Verdict.IN_ORDER);
        assertThat(sequence.totalMissing()).isEqualTo(20);
    }

    @Test
    void shouldCountMessagesOfV9() {
        ExportSequence sequence = new ExportSequence(NetflowDecoder.V9);
        observe(sequence, NetflowDecoder.V9, 7, 30);
        assertThat(observe(sequence, NetflowDecoder.V9, 8, 5)).isEqualTo(Verdict.IN_ORDER);
        assertThat(observe(sequence, NetflowDecoder.V9, 12, 9)).isEqualTo(Verdict.GAP);
        assertThat(sequence.missing()).isEqualTo(3);
    }

    @Test
    void shouldGoOnOverTheWrap() {
        ExportSequence sequence = new ExportSequence(NetflowDecoder.IPFIX);
        observe(sequence, NetflowDecoder.IPFIX, -10, 10);
        assertThat(observe(sequence, NetflowDecoder.IPFIX, 0, 10)).isEqualTo(Verdict.IN_ORDER);
        ExportSequence gap = new ExportSequence(NetflowDecoder.V9);
        observe(gap, NetflowDecoder.V9, -1, 1);
        assertThat(observe(gap, NetflowDecoder.V9, 5, 1)).isEqualTo(Verdict.GAP);
        assertThat(gap.missing()).isEqualTo(5);
    }

    @Test
    void shouldFindAgainWhatWasOnlyReordered() {
        ExportSequence sequence = new ExportSequence(NetflowDecoder.IPFIX);
        observe(sequence, NetflowDecoder.IPFIX, 0, 10);
        assertThat(observe(sequence, NetflowDecoder.IPFIX, 25, 10)).isEqualTo(Verdict.GAP);
        assertThat(sequence.missing()).isEqualTo(15);
        assertThat(observe(sequence, NetflowDecoder.IPFIX, 10, 15)).isEqualTo(Verdict.REORDERED);
        assertThat(sequence.found()).isEqualTo(15);
        assertThat(observe(sequence, NetflowDecoder.IPFIX, 35, 1)).isEqualTo(Verdict.IN_ORDER);
        assertThat(sequence.totalMissing() - sequence.totalFound()).isZero();
    }

    /** What comes behind the first message of all is no loss that was told, however much it is. */
    @Test
    void shouldNotFindWhatWasNotMissing() {
        ExportSequence sequence = new ExportSequence(NetflowDecoder.V9);
        observe(sequence, NetflowDecoder.V9, 100, 1);
        for (int number = 86; number < 100; number++) {
            assertThat(observe(sequence, NetflowDecoder.V9, number, 1)).isEqualTo(Verdict.REORDERED);
            assertThat(sequence.found()).isZero();
        }
        assertThat(observe(sequence, NetflowDecoder.V9, 101, 1)).isEqualTo(Verdict.IN_ORDER);
    }

    @Test
    void shouldTellADuplicate() {
        ExportSequence sequence = new ExportSequence(NetflowDecoder.V9);
        observe(sequence, NetflowDecoder.V9, 5, 3);
        assertThat(observe(sequence, NetflowDecoder.V9, 5, 3)).isEqualTo(Verdict.DUPLICATE);
        assertThat(observe(sequence, NetflowDecoder.V9, 6, 3)).isEqualTo(Verdict.IN_ORDER);
        assertThat(sequence.totalMissing()).isZero();
    }

    @Test
    void shouldTellARestart() {
        ExportSequence sequence = new ExportSequence(NetflowDecoder.IPFIX);
        observe(sequence, NetflowDecoder.IPFIX, 1_000_000, 10);
        assertThat(observe(sequence, NetflowDecoder.IPFIX, 0, 10)).isEqualTo(Verdict.RESTART);
        assertThat(observe(sequence, NetflowDecoder.IPFIX, 10, 10)).isEqualTo(Verdict.IN_ORDER);
    }

    /** A number just behind, but by an exporter that says to have started since. */
    @Test
    void shouldTellARestartByTheUptime() {
        ExportSequence sequence = new ExportSequence(NetflowDecoder.V9);
        observe(sequence, NetflowDecoder.V9, 50, 10);
        millis += 60_000;
        startMillis = millis;
        assertThat(observe(sequence, NetflowDecoder.V9, 0, 10)).isEqualTo(Verdict.RESTART);
        assertThat(observe(sequence, NetflowDecoder.V9, 1, 10)).isEqualTo(Verdict.IN_ORDER);
    }

    /** A number just behind, without uptime: what is behind for long is ahead of something else. */
    @Test
    void shouldTellARestartByWhatFollows() {
        ExportSequence sequence = new ExportSequence(NetflowDecoder.IPFIX);
        observe(sequence, NetflowDecoder.IPFIX, 500, 1);
        Verdict verdict = Verdict.FIRST;
        int messages = 0;
        while (verdict != Verdict.RESTART) {
            verdict = observe(sequence, NetflowDecoder.IPFIX, 3 * messages, 3);
            messages++;
        }
        assertThat(messages).isEqualTo(ExportSequence.MAX_REORDERED + 1);
        assertThat(observe(sequence, NetflowDecoder.IPFIX, 3 * messages, 3)).isEqualTo(Verdict.IN_ORDER);
    }

    /** What a message without template holds is not known: no judgement on the next one. */
    @Test
    void shouldNotJudgeWithoutKnowingWhatWasThere() {
        ExportSequence sequence = new ExportSequence(NetflowDecoder.IPFIX);
        MessageHead undecoded = head(NetflowDecoder.IPFIX, 10, 0, 0);
        undecoded.undecodedSets = 1;
        sequence.observe(undecoded);
        assertThat(observe(sequence, NetflowDecoder.IPFIX, 40, 5)).isEqualTo(Verdict.UNKNOWN);
        assertThat(observe(sequence, NetflowDecoder.IPFIX, 45, 5)).isEqualTo(Verdict.IN_ORDER);
        assertThat(sequence.totalMissing()).isZero();
    }

    /** Exporters that count otherwise than their version does are found out, and nothing is missing. */
    @ParameterizedTest
    @EnumSource(Convention.class)
    void shouldFindOutWhatIsCounted(Convention convention) {
        for (int version : new int[] {NetflowDecoder.V9, NetflowDecoder.IPFIX}) {
            ExportSequence sequence = new ExportSequence(version);
            Random random = new Random(7);
            int number = 0;
            for (int i = 0; i < 40; i++) {
                int records = 3 + random.nextInt(20);
                int options = random.nextInt(3);
                int before =
                        switch (convention) {
                            case MESSAGES -> 0;
                            case RECORDS, FLOWS -> 0;
                            case RECORDS_INCLUDED -> records;
                            case FLOWS_INCLUDED -> records - options;
                        };
                number += before;
                sequence.observe(head(version, number, records, options));
                number += switch (convention) {
                    case MESSAGES -> 1;
                    case RECORDS -> records;
                    case FLOWS -> records - options;
                    case RECORDS_INCLUDED, FLOWS_INCLUDED -> 0;
                };
            }
            assertThat(sequence.convention()).as("version %d", version).isEqualTo(convention);
            assertThat(sequence.totalMissing()).as("version %d", version).isZero();
        }
    }

    /** Open vSwitch: IPFIX messages of one record each, which their number counts; templates at the start and again after ten minutes. */
    @Test
    void shouldMissNothingOfAnExporterThatCountsWithTheMessageAndSendsRecordsOneByOne() {
        ExportSequence sequence = new ExportSequence(NetflowDecoder.IPFIX);
        int number = 1;
        for (int round = 0; round < 2; round++) {
            for (int templates = 0; templates < 18; templates++) {
                observe(sequence, NetflowDecoder.IPFIX, number, 0);
            }
            for (int i = 0; i < 50; i++) {
                number++;
                assertThat(observe(sequence, NetflowDecoder.IPFIX, number, 1))
                        .as("number %d", number)
                        .isIn(Verdict.IN_ORDER, Verdict.UNSURE);
            }
        }
        assertThat(sequence.convention()).isEqualTo(Convention.RECORDS_INCLUDED);
        assertThat(sequence.totalMissing()).isZero();
        assertThat(observe(sequence, NetflowDecoder.IPFIX, number + 3, 1)).isEqualTo(Verdict.GAP);
        assertThat(sequence.missing()).isEqualTo(2);
    }

    /** Open vSwitch: NetFlow v5 messages whose number counts them, too, of which many hold as many records as the one before. */
    @Test
    void shouldMissNothingWhereMostMessagesFitBoth() {
        ExportSequence sequence = new ExportSequence(NetflowDecoder.V5);
        int number = 0;
        for (int records : new int[] {2, 3, 3, 2, 2, 2, 4, 4, 2}) {
            number += records;
            observe(sequence, NetflowDecoder.V5, number, records);
        }
        assertThat(sequence.convention()).isEqualTo(Convention.RECORDS_INCLUDED);
        assertThat(sequence.totalMissing()).isZero();
    }

    /** A gap that may be another convention for as long as all messages fit both is told when one does not. */
    @Test
    void shouldTellAGapWhenItIsNoOtherConvention() {
        ExportSequence sequence = new ExportSequence(NetflowDecoder.IPFIX);
        observe(sequence, NetflowDecoder.IPFIX, 10, 0);
        assertThat(observe(sequence, NetflowDecoder.IPFIX, 11, 1)).isEqualTo(Verdict.UNSURE);
        assertThat(observe(sequence, NetflowDecoder.IPFIX, 12, 1)).isEqualTo(Verdict.IN_ORDER);
        assertThat(observe(sequence, NetflowDecoder.IPFIX, 13, 2)).isEqualTo(Verdict.IN_ORDER);
        assertThat(observe(sequence, NetflowDecoder.IPFIX, 15, 2)).isEqualTo(Verdict.GAP);
        assertThat(sequence.missing()).isEqualTo(1);
        assertThat(observe(sequence, NetflowDecoder.IPFIX, 17, 2)).isEqualTo(Verdict.IN_ORDER);
        assertThat(sequence.totalMissing()).isEqualTo(1);
    }

    /** A gap that only looks like another convention, once, is told a message later. */
    @Test
    void shouldTellAGapThatLookedLikeAnotherConvention() {
        ExportSequence sequence = new ExportSequence(NetflowDecoder.V9);
        observe(sequence, NetflowDecoder.V9, 0, 10);
        assertThat(observe(sequence, NetflowDecoder.V9, 10, 4)).isEqualTo(Verdict.UNSURE);
        assertThat(sequence.missing()).isZero();
        assertThat(observe(sequence, NetflowDecoder.V9, 11, 4)).isEqualTo(Verdict.GAP);
        assertThat(sequence.missing()).isEqualTo(9);
        assertThat(observe(sequence, NetflowDecoder.V9, 12, 4)).isEqualTo(Verdict.IN_ORDER);
    }

    /** Messages lost at random: what is told missing is what was lost, but for those before the first and behind the last. */
    @ParameterizedTest
    @ValueSource(ints = {NetflowDecoder.V5, NetflowDecoder.V9, NetflowDecoder.IPFIX})
    void shouldAddUpToWhatWasLost(int version) {
        Random random = new Random(11);
        ExportSequence sequence = new ExportSequence(version);
        int number = random.nextInt();
        long lost = 0;
        for (int i = 0; i < 10_000; i++) {
            int records = 2 + random.nextInt(29);
            boolean delivered = i == 0 || i == 9_999 || random.nextInt(10) > 0;
            int unit = version == NetflowDecoder.V9 ? 1 : records;
            if (delivered) {
                sequence.observe(head(version, number, records, 0));
            } else {
                lost += unit;
            }
            number += unit;
        }
        assertThat(sequence.totalMissing()).isBetween(lost - 30, lost);
    }
}
