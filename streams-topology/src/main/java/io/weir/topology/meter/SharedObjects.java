package io.weir.topology.meter;

/** Keeps one object of what many flows share: the last one of each place, so that memory is bounded whatever the traffic. */
final class SharedObjects<T> {

    /** Some pairs of network adapters, or hosts, or ways through a router, more than one observation point sees at a time; 16 KiB. */
    private static final int PLACES = 1 << 12;

    private Object[] last = new Object[PLACES];

    /** The object to use in the place of an equal one. */
    @SuppressWarnings("unchecked")
    T unique(T object) {
        int hash = object.hashCode();
        int place = (hash ^ (hash >>> 12) ^ (hash >>> 24)) & (PLACES - 1);
        Object known = last[place];
        if (object.equals(known)) {
            return (T) known;
        }
        last[place] = object;
        return object;
    }

    void clear() {
        last = new Object[PLACES];
    }
}
