package io.weir.advisor.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.advisor.host.Outcome;
import io.weir.schemas.TcpState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomesTest {

    /** Flags as hex: FIN 1, SYN 2, RST 4, PSH 8, ACK 10, URG 20; -1 for unknown. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(textBlock = """
                    SYN and nothing back,                  6, syn_sent,     1, 0, 2,  0,  false, UNANSWERED
                    SYN given up with RST,                 6, reset,        2, 0, 6,  0,  false, UNANSWERED
                    SYN and ICMP unreachable,              6, syn_sent,     1, 0, 2,  0,  true,  REFUSED
                    SYN and RST back,                      6, refused,      1, 1, 2,  14, false, REFUSED
                    SYN and SYN-ACK that is not taken up,  6, syn_received, 1, 3, 2,  12, false, HALF_OPEN
                    a connection,                          6, established,  3, 2, 1a, 1a, false, ANSWERED
                    a connection that ended,               6, closed,       5, 5, 1b, 1b, false, ANSWERED
                    SYN scan of an open port,              6, reset,        2, 1, 6,  12, false, ANSWERED
                    a connection that was reset,           6, reset,        5, 5, 1e, 1a, false, ANSWERED
                    only one side passes here,             6, syn_sent,     9, 0, 1a, 0,  false, UNKNOWN
                    middle of a connection,                6, unknown,      9, 9, 18, 18, false, UNKNOWN
                    lone acknowledgement answered by RST,  6, unknown,      1, 1, 10, 4,  false, UNKNOWN
                    lone reset,                            6, reset,        1, 0, 4,  0,  false, UNKNOWN
                    FIN probe,                             6, unknown,      1, 0, 1,  0,  false, ODD
                    FIN probe of a closed port,            6, unknown,      1, 1, 1,  14, false, ODD
                    Xmas probe,                            6, unknown,      1, 0, 29, 0,  false, ODD
                    NULL probe,                            6, unknown,      1, 0, 0,  0,  false, ODD
                    SYN and FIN at once,                   6, syn_sent,     1, 0, 3,  0,  false, UNANSWERED
                    SYN-ACK that nobody asked for,         6, syn_received, 0, 1, 0,  12, false, ONE_SIDED
                    RST that nobody asked for,             6, reset,        0, 1, 0,  4,  false, ONE_SIDED
                    exporter that tells no flags,          6, unknown,      5, 0, -1, -1, false, UNKNOWN
                    exporter's flags of a connection,      6, unknown,      5, 4, 1b, 1b, false, ANSWERED
                    exporter's flags of a refusal,         6, unknown,      1, 1, 2,  14, false, REFUSED
                    UDP query and answer,                 17, unknown,      1, 1, -1, -1, false, ANSWERED
                    UDP without answer,                   17, unknown,      1, 0, -1, -1, false, UNANSWERED
                    UDP to a closed port,                 17, unknown,      1, 0, -1, -1, true,  REFUSED
                    UDP that nobody asked for,            17, unknown,      0, 9, -1, -1, false, ONE_SIDED
                    """)
    void shouldSayWhatCameOfIt(
            String what,
            int protocol,
            TcpState state,
            long packetsOut,
            long packetsIn,
            String flagsOut,
            String flagsIn,
            boolean isUnreachable,
            Outcome expected) {
        assertThat(Outcomes.of(
                        protocol,
                        state,
                        packetsOut,
                        packetsIn,
                        Integer.parseInt(flagsOut, 16),
                        Integer.parseInt(flagsIn, 16),
                        isUnreachable))
                .as(what)
                .isEqualTo(expected);
    }
}
