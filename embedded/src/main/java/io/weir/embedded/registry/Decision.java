package io.weir.embedded.registry;

import java.util.List;

/**
 * What a change comes to, given the state: the answer, and the records that make it true.
 *
 * @param records none when the state already agrees
 */
record Decision<T>(T answer, List<StoreRecord> records) {
    static <T> Decision<T> unchanged(T answer) {
        return new Decision<>(answer, List.of());
    }

    static <T> Decision<T> write(T answer, StoreRecord storeRecord) {
        return new Decision<>(answer, List.of(storeRecord));
    }
}
