package io.weir.collectors.capture;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;

/** Writes captures octet by octet, good ones and bad ones. */
final class CaptureBytes {

    private final ByteOrder order;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    CaptureBytes(ByteOrder order) {
        this.order = order;
    }

    static CaptureFileReader reader(byte[] capture) {
        return CaptureFileReader.open("test", Channels.newChannel(new ByteArrayInputStream(capture)), 4096);
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    int size() {
        return out.size();
    }

    CaptureBytes u8(int value) {
        out.write(value);
        return this;
    }

    CaptureBytes u16(int value) {
        return raw(ByteBuffer.allocate(2).order(order).putShort((short) value).array());
    }

    CaptureBytes u32(long value) {
        return raw(ByteBuffer.allocate(4).order(order).putInt((int) value).array());
    }

    CaptureBytes u64(long value) {
        return raw(ByteBuffer.allocate(8).order(order).putLong(value).array());
    }

    CaptureBytes raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    CaptureBytes pad() {
        while (out.size() % 4 != 0) {
            out.write(0);
        }
        return this;
    }

    // pcap

    static CaptureBytes pcap(ByteOrder order, int magic, long snapOctets, long linkType) {
        return new CaptureBytes(order)
                .u32(magic)
                .u16(2)
                .u16(4)
                .u32(0)
                .u32(0)
                .u32(snapOctets)
                .u32(linkType);
    }

    CaptureBytes record(long seconds, long fraction, byte[] captured, long onWire) {
        return u32(seconds).u32(fraction).u32(captured.length).u32(onWire).raw(captured);
    }

    // pcapng

    CaptureBytes block(long type, byte[] body) {
        long total = 12L + ((body.length + 3) & ~3);
        return u32(type).u32(total).raw(body).pad().u32(total);
    }

    CaptureBytes section() {
        return block(
                0x0a0d0d0aL,
                new CaptureBytes(order).u32(0x1a2b3c4d).u16(1).u16(0).u64(-1).bytes());
    }

    CaptureBytes networkInterface(int linkType, long snapOctets, byte[]... options) {
        var body = new CaptureBytes(order).u16(linkType).u16(0).u32(snapOctets);
        for (byte[] option : options) {
            body.raw(option);
        }
        return block(1, body.bytes());
    }

    byte[] option(int code, byte[] value) {
        return new CaptureBytes(order)
                .u16(code)
                .u16(value.length)
                .raw(value)
                .pad()
                .bytes();
    }

    byte[] option(int code, String value) {
        return option(code, value.getBytes(StandardCharsets.UTF_8));
    }

    byte[] option64(int code, long value) {
        return option(code, new CaptureBytes(order).u64(value).bytes());
    }

    CaptureBytes packet(long number, long ticks, byte[] captured, long onWire, byte[]... options) {
        var body = new CaptureBytes(order)
                .u32(number)
                .u32(ticks >>> 32)
                .u32(ticks)
                .u32(captured.length)
                .u32(onWire)
                .raw(captured)
                .pad();
        for (byte[] option : options) {
            body.raw(option);
        }
        return block(6, body.bytes());
    }

    CaptureBytes simplePacket(byte[] captured, long onWire) {
        return block(3, new CaptureBytes(order).u32(onWire).raw(captured).bytes());
    }

    CaptureBytes obsoletePacket(int number, int drops, long ticks, byte[] captured, long onWire) {
        return block(
                2,
                new CaptureBytes(order)
                        .u16(number)
                        .u16(drops)
                        .u32(ticks >>> 32)
                        .u32(ticks)
                        .u32(captured.length)
                        .u32(onWire)
                        .raw(captured)
                        .bytes());
    }

    CaptureBytes statistics(long number, long ticks, byte[]... options) {
        var body = new CaptureBytes(order).u32(number).u32(ticks >>> 32).u32(ticks);
        for (byte[] option : options) {
            body.raw(option);
        }
        return block(5, body.bytes());
    }

    /** Recognisable contents. */
    static byte[] payload(int octets, int seed) {
        byte[] bytes = new byte[octets];
        for (int i = 0; i < octets; i++) {
            bytes[i] = (byte) (seed + i);
        }
        return bytes;
    }
}
