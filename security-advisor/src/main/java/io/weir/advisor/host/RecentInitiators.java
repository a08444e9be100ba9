package io.weir.advisor.host;

/**
 * How many distinct hosts began something within the latest one to two minutes of event time that had any: a sketch of this minute and one of the minute
 * before. Without sketches while there is only one host, as most services have only one.
 */
final class RecentInitiators {

    private static final long MINUTE_MICROS = 60_000_000L;

    private long minute = Long.MIN_VALUE;

    /** The only host of this minute, by its hash; 0 without one. */
    private long sole;

    /** Null while there is at most one host. */
    private DistinctSketch now;

    /** Null when the minute before had none. */
    private DistinctSketch earlier;

    void add(Observation seen) {
        long at = Math.floorDiv(seen.flow().startMicros(), MINUTE_MICROS);
        long hash = seen.initiator().hash64() | 1;
        if (at > minute) {
            earlier = at == minute + 1 ? sketchOfNow() : null;
            now = null;
            sole = 0;
            minute = at;
        }
        if (at == minute) {
            addNow(hash);
        } else if (at == minute - 1) {
            if (earlier == null) {
                earlier = new DistinctSketch();
            }
            earlier.add(hash);
        }
    }

    private void addNow(long hash) {
        if (now != null) {
            now.add(hash);
        } else if (sole == 0) {
            sole = hash;
        } else if (sole != hash) {
            now = sketchOfNow();
            now.add(hash);
        }
    }

    /** Null when there was nobody. */
    private DistinctSketch sketchOfNow() {
        if (now != null || sole == 0) {
            return now;
        }
        DistinctSketch one = new DistinctSketch();
        one.add(sole);
        return one;
    }

    long estimate() {
        if (earlier == null && now == null) {
            return sole == 0 ? 0 : 1;
        }
        byte[] both = new byte[DistinctSketch.REGISTERS];
        for (DistinctSketch one : new DistinctSketch[] {sketchOfNow(), earlier}) {
            for (int i = 0; one != null && i < both.length; i++) {
                both[i] = (byte) Math.max(both[i], one.registers()[i]);
            }
        }
        return new DistinctSketch(both).estimate();
    }

    /** Minutes since the epoch that the sketch of now is of. */
    long since() {
        return minute;
    }

    /** For the changelog; null when there was nobody. */
    byte[] registers() {
        DistinctSketch sketch = sketchOfNow();
        return sketch == null ? null : sketch.registers();
    }

    /** For the changelog; null when there was nobody. */
    byte[] earlierRegisters() {
        return earlier == null ? null : earlier.registers();
    }

    void restore(long minuteOfNow, byte[] registers, byte[] earlierRegisters) {
        minute = minuteOfNow;
        now = registers == null ? null : new DistinctSketch(registers);
        earlier = earlierRegisters == null ? null : new DistinctSketch(earlierRegisters);
    }
}
