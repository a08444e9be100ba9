package io.weir.embedded.registry;

/** One record for the schemas topic: a key and its value, or no value to remove the key. */
final class StoreRecord {
    private final StoreKey key;
    private final byte[] value;

    private StoreRecord(StoreKey key, byte[] value) {
        this.key = key;
        this.value = value;
    }

    static StoreRecord put(StoreKey key, byte[] value) {
        return new StoreRecord(key, value);
    }

    static StoreRecord put(SchemaVersion version) {
        return put(new StoreKey.Schema(version.subject(), version.version()), StoreCodec.encodeSchema(version));
    }

    static StoreRecord remove(StoreKey key) {
        return new StoreRecord(key, null);
    }

    StoreKey key() {
        return key;
    }

    /** Null removes the key. */
    byte[] value() {
        return value;
    }
}
