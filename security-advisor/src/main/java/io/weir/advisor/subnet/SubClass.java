package io.weir.advisor.subnet;

import io.weir.schemas.SubnetKind;

/** What is special about an end of a flow; says more than the four classes, and changes none of them. */
public enum SubClass {
    THIS_NETWORK("this network"),
    UNSPECIFIED("unspecified"),
    LOOPBACK("loopback"),
    LINK_LOCAL("link-local"),
    MULTICAST("multicast"),
    BROADCAST("broadcast"),
    SERVICE_VIP("service VIP"),
    LOAD_BALANCER_VIP("load balancer VIP"),
    NODE("node"),
    PARTNER("partner"),
    NATED("NATed");

    private final String text;

    SubClass(String text) {
        this.text = text;
    }

    /** Of a prefix with an owner; null where its kind says nothing special. */
    static SubClass of(SubnetKind kind) {
        return switch (kind) {
            case service -> SERVICE_VIP;
            case vip -> LOAD_BALANCER_VIP;
            case node -> NODE;
            case partner -> PARTNER;
            case unknown, cluster, pod, vpc, group, external -> null;
        };
    }

    /** As people call it, for example {@code service VIP}. */
    @Override
    public String toString() {
        return text;
    }
}
