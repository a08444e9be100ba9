package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.topic.Topics;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReplayNamesTest {

    private static final Topics TOPICS = Topics.ofDefaultPrefix();

    @Test
    void shouldKnowItsOwnByName() {
        ReplayNames names = ReplayNames.next(TOPICS, Instant.parse("2026-11-30T13:05:02.9Z"), -1);

        assertThat(names.run()).isEqualTo("20261130-130502-ffff").matches(ReplayNames::isRun);
        assertThat(names.applicationId()).isEqualTo("weir.advise.20261130-130502-ffff");
        assertThat(names.findings()).isEqualTo("weir.findings.replay.20261130-130502-ffff");
        assertThat(names.isInternal(names.passingFindings())).isTrue();
        assertThat(names.isInternal(names.findings())).isFalse();
        assertThat(ReplayNames.of(TOPICS, names.applicationId())).contains(names);
        assertThat(ReplayNames.of(TOPICS, names.applicationId() + "-x-repartition"))
                .contains(names);
    }

    @Test
    void shouldLeaveOthersAlone() {
        assertThat(ReplayNames.of(TOPICS, "weir.advisor-x-repartition")).isEmpty();
        assertThat(ReplayNames.of(TOPICS, "weir.advise.mine")).isEmpty();
        assertThat(ReplayNames.of(TOPICS, "other.advise.20261130-130502-ffff")).isEmpty();
        assertThat(ReplayNames.isRun("20261130-130502-ffff-x")).isFalse();
        assertThat(ReplayNames.isRun("")).isFalse();
    }
}
