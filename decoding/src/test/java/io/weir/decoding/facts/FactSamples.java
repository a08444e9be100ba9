package io.weir.decoding.facts;

import static io.weir.decoding.facts.Payloads.hex;

import io.weir.decoding.packet.FactKind;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;

/** A payload for every fact that is read: for sweeps and as seeds of the fuzzer. */
final class FactSamples {
    private FactSamples() {}

    /** @param payload behind the headers that the carrier puts before it */
    @SuppressWarnings("ArrayRecordComponent") // not compared
    record Sample(FactKind kind, Carrier carrier, byte[] payload) {
        @Override
        public String toString() {
            return kind + " over " + carrier;
        }
    }

    /** What a payload is put into. */
    enum Carrier {
        DNS(17, 40000, 53),
        DNS_RESPONSE(17, 53, 40000),
        DNS_OVER_TCP(6, 40000, 53),
        MDNS(17, 5353, 5353),
        TLS(6, 40000, 443),
        HTTP(6, 40000, 80),
        DHCP(17, 68, 67),
        QUIC(17, 40000, 443),
        /** The payload is what stands in an Initial packet, sealed with its keys. */
        SEALED_QUIC(17, 40000, 443),
        ARP(0, 0, 0);

        private final int protocol;
        private final int sourcePort;
        private final int destinationPort;

        Carrier(int protocol, int sourcePort, int destinationPort) {
            this.protocol = protocol;
            this.sourcePort = sourcePort;
            this.destinationPort = destinationPort;
        }

        int linkType() {
            return this == ARP ? 1 : Payloads.LINKTYPE_RAW;
        }

        byte[] frame(byte[] payload) throws GeneralSecurityException {
            return switch (this) {
                case ARP -> Payloads.arpFrame(ArpReaderTest.MAC, payload);
                case SEALED_QUIC ->
                    Payloads.frame(
                            protocol,
                            sourcePort,
                            destinationPort,
                            QuicReaderTest.initial(QuicReaderTest.VERSION_1, payload));
                default -> Payloads.frame(protocol, sourcePort, destinationPort, payload);
            };
        }
    }

    static List<Sample> all() throws GeneralSecurityException {
        byte[] hello = QuicReaderTest.crypto(0, hex(QuicReaderTest.HELLO));
        String question = DnsReaderTest.NAME + DnsReaderTest.AAAA_IN;
        return List.of(
                new Sample(FactKind.DNS, Carrier.DNS, hex(DnsReaderTest.QUERY, question)),
                new Sample(FactKind.DNS, Carrier.DNS_RESPONSE, hex(DnsReaderTest.RESPONSE, question)),
                new Sample(FactKind.DNS, Carrier.DNS_OVER_TCP, hex("0021", DnsReaderTest.QUERY, question)),
                new Sample(
                        FactKind.DNS,
                        Carrier.MDNS,
                        hex("0000 0000 0002 0000 0000 0000", DnsReaderTest.NAME, "000c 8001 c00c 000c 0001")),
                new Sample(
                        FactKind.TLS,
                        Carrier.TLS,
                        TlsReaderTest.client(TlsReaderTest.SUITES, TlsReaderTest.EXTENSIONS)),
                new Sample(FactKind.TLS, Carrier.TLS, TlsReaderTest.server(TlsReaderTest.extension("002b", "0304"))),
                new Sample(FactKind.HTTP, Carrier.HTTP, HttpReaderTest.REQUEST.getBytes(StandardCharsets.US_ASCII)),
                new Sample(
                        FactKind.DHCP,
                        Carrier.DHCP,
                        DhcpReaderTest.message("02", "0a000007", "35 01 05", DhcpReaderTest.NAME, "ff")),
                new Sample(FactKind.QUIC, Carrier.QUIC, QuicReaderTest.initial(QuicReaderTest.VERSION_1, hello)),
                new Sample(FactKind.QUIC, Carrier.SEALED_QUIC, hello),
                new Sample(FactKind.ARP, Carrier.ARP, ArpReaderTest.arp("0001", "c0a80001")));
    }
}
