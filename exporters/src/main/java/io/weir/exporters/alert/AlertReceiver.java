package io.weir.exporters.alert;

/** Somebody who is told of findings. Used by one thread; where a call waits for the network, an interrupt ends it. */
interface AlertReceiver extends AutoCloseable {

    /** One attempt, of bounded time. A receiver may be told the same again. */
    Delivery deliver(Alert alert) throws InterruptedException;

    @Override
    void close();
}
