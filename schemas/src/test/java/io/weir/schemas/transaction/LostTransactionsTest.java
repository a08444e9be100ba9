package io.weir.schemas.transaction;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;

class LostTransactionsTest {

    private final Throwable lost =
            new KafkaException("Error encountered trying to commit", new InvalidTxnStateException("invalid state"));

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final LostTransactions transactions = new LostTransactions(() -> now);

    @Test
    void shouldKnowATransactionThatTheBrokerHasEnded() {
        assertTrue(transactions.permits(lost));
        assertTrue(transactions.permits(new ProducerFencedException("newer epoch")));
        assertFalse(transactions.permits(new KafkaException(new RecordTooLargeException("too large"))));
        assertFalse(transactions.permits(new IllegalStateException()));
    }

    @Test
    void shouldNotBeginAgainForEver() {
        for (int outage = 0; outage < LostTransactions.MAX; outage++) {
            now = now.plus(LostTransactions.OUTAGE).plusMillis(1);
            for (int thread = 0; thread < 100; thread++) {
                assertTrue(transactions.permits(lost));
            }
        }
        now = now.plus(LostTransactions.OUTAGE).plusMillis(1);
        assertFalse(transactions.permits(lost));
        now = now.plus(LostTransactions.PERIOD).plusMillis(1);
        assertTrue(transactions.permits(lost));
    }
}
