package io.weir.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapturesTest {

    @Test
    void shouldSkipTheTestWhenACaptureIsAbsent() {
        assertThat(Captures.path("no-such.pcap")).isEmpty();
        assertThatThrownBy(() -> Captures.require("no-such.pcap"))
                .hasMessageContaining("no-such.pcap")
                .satisfies(aborted ->
                        assertThat(aborted.getClass().getSimpleName()).isEqualTo("TestAbortedException"));
    }

    @Test
    void shouldListCapturesByPrefixInOrder() {
        List<Path> all = Captures.all();
        assumeFalse(all.isEmpty(), "the sample captures are not beside the repository");

        assertThat(all).isSorted().allMatch(path -> path.toString().matches(".*\\.(pcap|pcapng|snoop)"));
        assertThat(Captures.all("app-", "atk-")).isNotEmpty().allMatch(all::contains);
        assertThat(Captures.require(all.get(0).getFileName().toString())).isEqualTo(all.get(0));
    }
}
