package io.weir.topology.meter;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PromptCommitsTest {

    private static final long NOW = 1_700_000_000_000L;

    private final PromptCommits commits = new PromptCommits();

    @BeforeEach
    void commitOnce() {
        commits.seen(1, NOW);
        assertFalse(commits.isDue(0, NOW + 60_000), "nobody waits");
    }

    @Test
    void shouldNotLetReadersOfLiveWindowsWait() {
        commits.record(NOW - 300, NOW);
        assertFalse(commits.isDue(1_000_000, NOW + PromptCommits.APART_MS - 1));
        assertTrue(commits.isDue(1_000_000, NOW + PromptCommits.APART_MS));
    }

    @Test
    void shouldLetReadersOfTheRecordedWait() {
        commits.record(NOW - PromptCommits.LIVE_MS, NOW);
        commits.handshake(NOW - PromptCommits.LIVE_MS, NOW);
        assertFalse(commits.isDue(0, NOW + 60_000));
    }

    @Test
    void shouldCommitForAHandshakeWhereThatIsCheap() {
        commits.handshake(NOW - 100, NOW);
        assertFalse(commits.isDue(PromptCommits.MAX_ROWS + 1, NOW + 500));
        assertTrue(commits.isDue(PromptCommits.MAX_ROWS, NOW + 500));
    }

    @Test
    void shouldNotCommitAgainWhatACommitHasTakenAlong() {
        commits.record(NOW, NOW);
        commits.handshake(NOW, NOW);
        commits.seen(2, NOW + 500);
        assertFalse(commits.isDue(0, NOW + 60_000));
    }
}
