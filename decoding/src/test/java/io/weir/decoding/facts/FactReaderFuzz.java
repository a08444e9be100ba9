package io.weir.decoding.facts;

import io.weir.schemas.packets.MalformedBatchException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;

/** Any octets as a payload that may show a fact. Of an input 0 is what carries it, 1 how much of it was not captured, 2 the payload. */
public final class FactReaderFuzz {
    private static final FactSamples.Carrier[] CARRIERS = FactSamples.Carrier.values();
    private static final int PAYLOAD = 2;
    private static final FactInvariants INVARIANTS = new FactInvariants();

    private FactReaderFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) throws GeneralSecurityException, MalformedBatchException {
        if (input.length < PAYLOAD) {
            return;
        }
        FactSamples.Carrier carrier = CARRIERS[(input[0] & 0xff) % CARRIERS.length];
        byte[] frame = carrier.frame(Arrays.copyOfRange(input, PAYLOAD, input.length));
        int captured = Math.max(0, frame.length - (input[1] & 0xff));
        INVARIANTS.check(carrier.linkType(), Arrays.copyOf(frame, captured), frame.length);
    }

    /** What the fuzzer begins with. */
    public static List<byte[]> seeds() throws GeneralSecurityException {
        return FactSamples.all().stream().map(FactReaderFuzz::seed).toList();
    }

    private static byte[] seed(FactSamples.Sample sample) {
        byte[] seed = new byte[PAYLOAD + sample.payload().length];
        seed[0] = (byte) sample.carrier().ordinal();
        System.arraycopy(sample.payload(), 0, seed, PAYLOAD, sample.payload().length);
        return seed;
    }
}
