package io.weir.collectors.capture.ebpf;

import com.sun.jna.Pointer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The records of a BPF ring buffer, read in place (kernel documentation, BPF ring buffer). A record has a header of 8 octets, of which the
 * first 4 are its length with two flags, and begins at a multiple of 8; the data area is mapped twice in a row, so that none is parted.
 *
 * <p>Nothing may be read after {@link #close}: the pages are gone then.
 */
final class FrameRing implements AutoCloseable {

    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private static final int BUSY = 1 << 31;
    private static final int DISCARDED = 1 << 30;
    private static final int HEADER_OCTETS = 8;

    private final ByteBuffer consumerPage;
    private final ByteBuffer producerPage;
    private final ByteBuffer data;
    private final int mask;
    private final Runnable unmapping;

    /** Positions count octets and only grow. */
    private long consumer;

    private int record;
    private int recordOctets;
    private long next;

    /**
     * @param consumerPage with the position up to which was read, for the kernel
     * @param producerPage with the position up to which records were begun
     * @param data the data area, twice
     */
    FrameRing(ByteBuffer consumerPage, ByteBuffer producerPage, ByteBuffer data, Runnable unmapping) {
        this.consumerPage = consumerPage.order(ByteOrder.nativeOrder());
        this.producerPage = producerPage.order(ByteOrder.nativeOrder());
        this.data = data.order(ByteOrder.nativeOrder());
        this.mask = data.capacity() / 2 - 1;
        this.unmapping = unmapping;
        this.consumer = (long) LONG.getAcquire(this.consumerPage, 0);
        this.next = consumer;
    }

    /** Null when it cannot be mapped. */
    static FrameRing map(int fd, int octets) {
        int page = SystemCalls.getpagesize();
        long producerOctets = page + 2L * octets;
        Pointer consumer =
                SystemCalls.mmap(Pointer.NULL, page, SystemCalls.PROT_READ_WRITE, SystemCalls.MAP_SHARED, fd, 0);
        if (isFailure(consumer)) {
            return null;
        }
        Pointer producer =
                SystemCalls.mmap(Pointer.NULL, producerOctets, SystemCalls.PROT_READ, SystemCalls.MAP_SHARED, fd, page);
        if (isFailure(producer)) {
            SystemCalls.munmap(consumer, page);
            return null;
        }
        return new FrameRing(
                consumer.getByteBuffer(0, page),
                producer.getByteBuffer(0, page),
                producer.getByteBuffer(page, 2L * octets),
                () -> {
                    SystemCalls.munmap(consumer, page);
                    SystemCalls.munmap(producer, producerOctets);
                });
    }

    private static boolean isFailure(Pointer mapped) {
        return mapped == null || Pointer.nativeValue(mapped) == -1;
    }

    /** Up to where records were begun by now. */
    long produced() {
        return (long) LONG.getAcquire(producerPage, 0);
    }

    /** Up to where records were given back. */
    long consumed() {
        return consumer;
    }

    /** Goes to the next record that is complete; false when there is none yet. */
    boolean next() {
        long produced = produced();
        while (consumer < produced) {
            int header = (int) consumer & mask;
            int length = (int) INT.getAcquire(data, header);
            if ((length & BUSY) != 0) {
                return false;
            }
            recordOctets = length & ~DISCARDED;
            record = header + HEADER_OCTETS;
            next = consumer + ((recordOctets + HEADER_OCTETS + 7L) & ~7L);
            if ((length & DISCARDED) == 0) {
                return true;
            }
            giveBack();
        }
        return false;
    }

    /** The records, in the machine's byte order. */
    ByteBuffer data() {
        return data;
    }

    /** Where the contents of the record begin. */
    int offset() {
        return record;
    }

    int octets() {
        return recordOctets;
    }

    /** The kernel may write over the record. */
    void giveBack() {
        consumer = next;
        LONG.setRelease(consumerPage, 0, consumer);
    }

    @Override
    public void close() {
        unmapping.run();
    }
}
