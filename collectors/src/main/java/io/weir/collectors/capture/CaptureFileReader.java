package io.weir.collectors.capture;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads a capture in the pcap, pcapng or snoop format, plain or compressed with gzip, from a file or a stream. Both go through one bounded
 * buffer; a file that is still being written is read to the end it has when it is reached.
 *
 * <p>The part before any damage is delivered, the damage is a {@link CaptureProblem}. Only a source that is no capture at all throws
 * {@link CaptureOpenException}.
 */
public final class CaptureFileReader implements CaptureSource {

    /** Greatest captured length that a frame may claim: above any BIG TCP frame, small enough to tell damage. */
    public static final int MAX_FRAME_OCTETS = 16 * 1024 * 1024;

    /** What was read should still be in the processor's second-level cache when it is decoded. */
    static final int DEFAULT_BUFFER_OCTETS = 256 * 1024;

    static final int MIN_BUFFER_OCTETS = 64 * 1024;
    private static final int MAX_BUFFER_OCTETS = PcapngReader.MAX_BLOCK_OCTETS + 64 * 1024;
    private static final int GZIP_MAGIC = 0x1f8b;

    private final String name;
    private final ReadableByteChannel channel;
    private final int bufferOctets;
    private ByteWindow window;
    private FrameReader reader;
    private volatile boolean stopped;
    private boolean problemsApart;

    private CaptureFileReader(String name, ReadableByteChannel channel, int bufferOctets) {
        this.name = name;
        this.channel = channel;
        this.bufferOctets = bufferOctets;
        this.window = new ByteWindow(channel, bufferOctets, MAX_BUFFER_OCTETS);
    }

    /**
     * Opens a capture file and checks its header.
     *
     * @throws CaptureOpenException when there is no such file, it cannot be read, or is no capture
     */
    public static CaptureFileReader open(Path file) throws IOException {
        return open(file, DEFAULT_BUFFER_OCTETS);
    }

    static CaptureFileReader open(Path file, int bufferOctets) throws IOException {
        String name = file.toString();
        if (Files.isDirectory(file)) {
            throw new CaptureOpenException(
                    CaptureOpenException.Reason.NOT_READABLE,
                    name,
                    name + ": is a directory; name the capture files in it");
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(file);
        } catch (NoSuchFileException e) {
            throw new CaptureOpenException(
                    CaptureOpenException.Reason.NOT_FOUND,
                    name,
                    name + ": no such file; the working directory is "
                            + Path.of("").toAbsolutePath(),
                    e);
        } catch (AccessDeniedException e) {
            throw new CaptureOpenException(
                    CaptureOpenException.Reason.NOT_READABLE,
                    name,
                    name + ": permission denied; give this user the right to read it",
                    e);
        } catch (IOException e) {
            throw new CaptureOpenException(
                    CaptureOpenException.Reason.NOT_READABLE, name, name + ": cannot be opened: " + e.getMessage(), e);
        }
        try {
            boolean regular = Files.isRegularFile(file);
            long size = regular ? Math.max(channel.size(), 1) : bufferOctets;
            int octets = (int) Math.min(bufferOctets, Math.max(size, MIN_BUFFER_OCTETS));
            var source = new CaptureFileReader(name, channel, octets);
            source.start();
            return source;
        } catch (CaptureOpenException | RuntimeException e) {
            channel.close();
            throw e;
        } catch (IOException e) {
            channel.close();
            throw new CaptureOpenException(
                    CaptureOpenException.Reason.NOT_READABLE, name, name + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a capture from a stream. Returns at once; the header is checked by the first {@link #poll}, which may have to wait for
     * it. A poll can be interrupted, and ended by {@link #stop}, when the channel can: for standard input take
     * {@code new FileInputStream(FileDescriptor.in).getChannel()}.
     *
     * @param name what users know the stream by, such as {@code -}
     * @param channel in blocking mode; owned and closed by the source
     */
    public static CaptureFileReader open(String name, ReadableByteChannel channel) {
        return open(name, channel, DEFAULT_BUFFER_OCTETS);
    }

    static CaptureFileReader open(String name, ReadableByteChannel channel, int bufferOctets) {
        return new CaptureFileReader(name, channel, bufferOctets);
    }

    @Override
    public int poll(FrameSink sink, int maxFrames) throws IOException {
        int delivered = 0;
        FrameReader.Step step = FrameReader.Step.MORE;
        while (delivered < maxFrames) {
            step = advance(sink, delivered == 0);
            if (step != FrameReader.Step.FRAME) {
                break;
            }
            sink.onFrame(reader.frame());
            delivered++;
        }
        flushProblems(sink);
        return delivered == 0 && step == FrameReader.Step.END ? END : delivered;
    }

    /** Goes to the next frame; {@link FrameReader.Step#MORE} only when it may not read. */
    FrameReader.Step advance(FrameSink sink, boolean mayRead) throws IOException {
        if (stopped) {
            return FrameReader.Step.END;
        }
        try {
            if (reader == null) {
                start();
            }
            window.setMayRead(mayRead);
            return reader.next(sink);
        } catch (CaptureOpenException | ClosedByInterruptException e) {
            throw e;
        } catch (ClosedChannelException e) {
            if (stopped) {
                return FrameReader.Step.END;
            }
            throw e;
        } catch (IOException e) {
            throw new IOException(
                    name + ": reading failed behind octet " + window.offset() + ": " + e.getMessage()
                            + "; check the disk or the program that writes the stream",
                    e);
        }
    }

    /** The frame of the last {@link #advance}, valid until the next. */
    Frame frame() {
        return reader.frame();
    }

    void flushProblems(FrameSink sink) {
        if (reader != null) {
            reader.problems().flush(sink);
        }
    }

    @Override
    public void keepProblemsApart() {
        problemsApart = true;
        if (reader != null) {
            reader.problems().keepApart();
        }
    }

    @Override
    public void stop() {
        stopped = true;
        try {
            channel.close();
        } catch (IOException e) {
            // A reading poll was woken all the same, and close() tells of it again.
            return;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void close() throws IOException {
        stopped = true;
        channel.close();
    }

    private void start() throws IOException {
        window.require(2);
        if (window.available() >= 2 && (window.buffer().getShort(window.position()) & 0xffff) == GZIP_MAGIC) {
            window = new ByteWindow(decompress(), bufferOctets, MAX_BUFFER_OCTETS);
        }
        window.require(4);
        if (window.available() < 4) {
            throw tooShort();
        }
        int magic = window.buffer().getInt(window.position());
        if (magic == PcapngReader.SECTION_HEADER) {
            reader = PcapngReader.open(name, window);
        } else if (PcapReader.isMagic(magic) || PcapReader.isMagic(Integer.reverseBytes(magic))) {
            reader = PcapReader.open(name, window);
        } else if (SnoopReader.isMagic(window)) {
            reader = SnoopReader.open(name, window);
        } else {
            window.require(FileKind.SNIFFED_OCTETS);
            throw FileKind.refusal(name, sniffed());
        }
        if (problemsApart) {
            reader.problems().keepApart();
        }
    }

    private ReadableByteChannel decompress() throws IOException {
        var whole = new PrefixedStream(sniffed(window.available()), channel);
        try {
            return new StreamChannel(new GZIPInputStream(whole, MIN_BUFFER_OCTETS));
        } catch (EOFException | ZipException e) {
            throw new CaptureOpenException(
                    CaptureOpenException.Reason.NOT_A_CAPTURE,
                    name,
                    name + ": begins like a gzip file but is none (" + e.getMessage() + "): the file is damaged",
                    e);
        }
    }

    private byte[] sniffed() {
        return sniffed(Math.min(window.available(), FileKind.SNIFFED_OCTETS));
    }

    private byte[] sniffed(int octets) {
        byte[] bytes = new byte[octets];
        window.buffer().get(window.position(), bytes);
        return bytes;
    }

    private CaptureOpenException tooShort() {
        int octets = window.available();
        if (octets == 0 && window.damage() == null) {
            return new CaptureOpenException(
                    CaptureOpenException.Reason.EMPTY,
                    name,
                    name
                            + ": is empty (0 octets), not a capture; did the program that writes it fail, or has it not begun?");
        }
        return headerCut(name, octets, 4);
    }

    static CaptureOpenException headerCut(String name, int octets, int needed) {
        return new CaptureOpenException(
                CaptureOpenException.Reason.HEADER_CUT,
                name,
                name + ": ends after " + octets + " octets, inside of the file header of " + needed
                        + ": nothing in it can be read; take the capture anew");
    }

    static String cutMessage(String name, ByteWindow window, String where) {
        String why = window.damage() == null ? "" : " (" + window.damage() + ")";
        return name + ": cut short at octet " + (window.offset() + window.available()) + ", " + where + why
                + ". The packets before it were read; for the rest, copy the file again or wait until it is written";
    }
}
