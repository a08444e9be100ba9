package io.weir.collectors.capture;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Knows files that people mistake for a capture by their first octets, to tell them what to do. */
enum FileKind {
    ZIP("504b0304", "a zip archive", "unpack it first"),
    ZSTD("28b52ffd", "compressed with zstd", "decompress it: zstd -dc FILE > NEW"),
    XZ("fd377a585a00", "compressed with xz", "decompress it: xz -dc FILE > NEW"),
    BZIP2("425a68", "compressed with bzip2", "decompress it: bzip2 -dc FILE > NEW"),
    LZ4("04224d18", "compressed with lz4", "decompress it: lz4 -dc FILE > NEW"),
    GZIP("1f8b", "compressed with gzip twice", "decompress it once: gzip -dc FILE > NEW"),
    NETMON("474d4255", "a Microsoft Network Monitor capture", "convert it with: editcap -F pcapng FILE NEW"),
    NETXRAY("58435000", "a Sniffer capture", "convert it with: editcap -F pcapng FILE NEW"),
    ELF("7f454c46", "a program", "name a capture file"),
    PARQUET("50415231", "a Parquet file", "name a capture file");

    static final int SNIFFED_OCTETS = 16;

    /** First octets in hexadecimal digits. */
    private final String magic;

    private final String what;
    private final String wayOut;

    FileKind(String magic, String what, String wayOut) {
        this.magic = magic;
        this.what = what;
        this.wayOut = wayOut;
    }

    /** Why a file that begins with these octets is refused. */
    static CaptureOpenException refusal(String name, byte[] start) {
        String digits = HexFormat.of().formatHex(start);
        String found = name + ": not a pcap, pcapng or snoop capture, it begins with "
                + HexFormat.ofDelimiter(" ").formatHex(start);
        for (FileKind kind : values()) {
            if (digits.startsWith(kind.magic)) {
                return new CaptureOpenException(
                        CaptureOpenException.Reason.UNSUPPORTED_FORMAT,
                        name,
                        found + ": this is " + kind.what + "; " + kind.wayOut);
            }
        }
        String guess = isText(start)
                ? ": this is text, \"" + new String(start, StandardCharsets.US_ASCII).strip()
                        + "\"; a text print of packets cannot be read, write them with: tcpdump -w FILE"
                : "; if another program reads it, convert it with: editcap -F pcapng FILE NEW";
        return new CaptureOpenException(CaptureOpenException.Reason.NOT_A_CAPTURE, name, found + guess);
    }

    private static boolean isText(byte[] start) {
        for (byte b : start) {
            if (b != '\t' && b != '\n' && b != '\r' && (b < ' ' || b > '~')) {
                return false;
            }
        }
        return true;
    }
}
