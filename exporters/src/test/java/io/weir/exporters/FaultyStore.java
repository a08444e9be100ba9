package io.weir.exporters;

import io.weir.exporters.object.SealedObject;
import io.weir.exporters.store.ObjectStore;
import io.weir.exporters.store.PutResult;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A store with faults on demand in front of a good one. */
final class FaultyStore implements ObjectStore {

    private final ObjectStore good;
    private final Random random;
    private final double faultShare;
    private final AtomicInteger puts = new AtomicInteger();
    private final CountDownLatch stuck = new CountDownLatch(1);
    private volatile boolean away;
    private volatile boolean stuckBeforePut;
    private volatile boolean stuckAfterPut;

    private FaultyStore(ObjectStore good, double faultShare, long seed) {
        this.good = good;
        this.faultShare = faultShare;
        this.random = new Random(seed);
    }

    /** Fails this share of the puts, half of them after the object has been stored. */
    static FaultyStore failing(ObjectStore good, double faultShare, long seed) {
        return new FaultyStore(good, faultShare, seed);
    }

    /** Never comes back from its first put. */
    static FaultyStore stuck(ObjectStore good, boolean afterPut) {
        FaultyStore store = new FaultyStore(good, 0, 0);
        store.stuckAfterPut = afterPut;
        store.stuckBeforePut = !afterPut;
        return store;
    }

    /** Takes nothing until told otherwise. */
    static FaultyStore away(ObjectStore good) {
        FaultyStore store = new FaultyStore(good, 0, 0);
        store.away = true;
        return store;
    }

    void comeBack() {
        away = false;
    }

    boolean isStuck() {
        return stuck.getCount() == 0;
    }

    int puts() {
        return puts.get();
    }

    @Override
    public Optional<String> defect() {
        return good.defect();
    }

    @Override
    public PutResult put(SealedObject object) {
        puts.incrementAndGet();
        if (away) {
            return new PutResult.RetryLater("away");
        }
        if (stuckBeforePut) {
            stayStuck();
        }
        double fault = nextDouble();
        if (fault < faultShare / 2) {
            return new PutResult.RetryLater("failed before");
        }
        PutResult result = good.put(object);
        if (stuckAfterPut) {
            stayStuck();
        }
        if (fault < faultShare) {
            throw new IllegalStateException("failed after");
        }
        return result;
    }

    private synchronized double nextDouble() {
        return random.nextDouble();
    }

    private void stayStuck() {
        stuck.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("killed", e);
        }
    }

    @Override
    public void close() {
        good.close();
    }
}
