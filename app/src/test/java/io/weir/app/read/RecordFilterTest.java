package io.weir.app.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weir.app.TestRecords;
import io.weir.app.failure.Failure;
import io.weir.schemas.Flow;
import io.weir.schemas.Forwarding;
import io.weir.schemas.ForwardingFacts;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFilterTest {

    private static final Flow HTTPS = TestRecords.flow("10.0.0.1", 40_000, "192.0.2.7", 443, 12, 3);

    static {
        HTTPS.setForwarding(new Forwarding(
                ForwardingFacts.newBuilder()
                        .setEgressInterface(12L)
                        .setBgpDestinationAsNumber(64_500L)
                        .setMplsLabels(List.of(16_065))
                        .build(),
                null));
    }

    private static final Flow ARP = TestRecords.arp();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "responder.port == 443 && delta.initiatorPackets > 10",
                "responder.port in [80, 443]",
                "initiator.address.startsWith('10.')",
                "initiator.address.inCidr('10.0.0.0/8') && !responder.address.inCidr('10.0.0.0/8')",
                "orientation == 'handshake'",
                "tcp.state != 'reset'",
                "flowEndReason == null",
                "tcp != null",
                "application == null",
                "forwarding.initiator.egressInterface == 12 && forwarding.initiator.bgpDestinationAsNumber == 64500",
                "forwarding.initiator.mplsLabels.exists(label, label == 16065) && forwarding.responder == null",
                "size(vlanIds) == 0",
                "'ipv4' in encapsulation",
                "encapsulation.exists(layer, layer == 'tcp')",
                "delta.initiatorOctets + delta.responderOctets > 100",
                "observationPoint.interface == 'eth0'",
                "double(delta.initiatorPackets) / 2.0 > 5.5",
                "icmp.type == 8 || responder.port == 443"
            })
    void shouldPass(String expression) {
        assertThat(RecordFilter.compile(Flow.getClassSchema(), expression).matches(HTTPS))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "responder.port == 80",
                "icmp.type == 8",
                "application.name == 'dns'",
                "sampled.samplingRate > 1 && responder.port == 443",
                "tcp.retransmittedPackets > 0",
                "responder.address.inCidr(initiator.address + '/99')",
                "!(tcp.retransmittedPackets > 0)"
            })
    void shouldNotPass(String expression) {
        assertThat(RecordFilter.compile(Flow.getClassSchema(), expression).matches(HTTPS))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '`',
            value = {
                "responder.port == 443 => false",
                "responder.port > 100 => false",
                "responder.port == null => true",
                "responder.address.inCidr('10.0.0.0/8') => false",
                "responder.port > 100 || etherType == 2054 => true",
                "protocolIdentifier == null && etherType == 2054 => true"
            })
    void shouldTreatAbsentValuesAsUnknown(String expression, boolean passes) {
        assertThat(RecordFilter.compile(Flow.getClassSchema(), expression).matches(ARP))
                .isEqualTo(passes);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '`',
            value = {
                "respnder.port == 443 => column 1: unknown name 'respnder' => did you mean responder?",
                "responder.prt == 443 => column 10: unknown field 'prt' => did you mean port?",
                "responder.port = 443 => column 16: => ",
                "responder.port == => column 18: the expression ends too early => ",
                "responder.port => column 10: the expression is not true or false but 'wrapper(int)' => ",
                "delta.initiatorPackets > 'ten' => column 24: types do not fit: '>' applied to '(int, string)' => ",
                "orientation == 'handshak' => column 16: 'handshak' is no Orientation => did you mean 'handshake'?",
                "tcp.state != 'SYN' => column 14: 'SYN' is no TcpState => there are unknown, syn_sent",
                "initiator.address.inCidr('10/8') => column 26: '10/8' is not an address range => for example inCidr('10.0.0.0/8')",
                "initiator.address.inCidr('10.0.0.1/8') => column 26: '10.0.0.1/8' has bits set behind its prefix => for example inCidr('10.0.0.0/8')"
            })
    void shouldPointAtTheMistake(String expression, String message, String hint) {
        Failure failure =
                catchThrowableOfType(Failure.class, () -> RecordFilter.compile(Flow.getClassSchema(), expression));

        assertThat(failure.exitCode()).isEqualTo(2);
        assertThat(failure).hasMessageStartingWith("--filter, " + message);
        assertThat(failure.hint()).startsWith(expression + "\n").contains("^").contains(hint == null ? "" : hint);
    }
}
