package io.weir.advisor.subnet;

/** On which side of the cluster's border an address lies. */
public enum Place {
    INSIDE,
    OUTSIDE,
    /** Multicast or broadcast: a set of receivers, which is on the side of whoever speaks to it. */
    GROUP
}
