package io.weir.collectors.capture.afpacket;

/**
 * What a packet socket delivers of an interface, by the interface's hardware type (ARPHRD_ numbers of linux/if_arp.h).
 *
 * @param layout what lies in the ring, and what is made of it
 * @param linkType LINKTYPE_ number of tcpdump.org of the frames handed out
 */
record LinkKind(Layout layout, int linkType) {

    /** How a frame lies in the ring. */
    enum Layout {
        /** From the link layer header on; the kernel may have taken an outer VLAN tag out of it. */
        ETHERNET,
        /** From the link layer header on, whichever that is. */
        AS_IS,
        /** From the network header on. */
        NETWORK,
        /** From the network header on; a cooked header (LINKTYPE_LINUX_SLL2) is to be put before it. */
        COOKED;

        boolean hasLinkHeader() {
            return this == ETHERNET || this == AS_IS;
        }
    }

    static final int ARPHRD_LOOPBACK = 772;

    private static final int ARPHRD_ETHER = 1;
    private static final int ARPHRD_SLIP = 256;
    private static final int ARPHRD_CSLIP6 = 259;
    private static final int ARPHRD_PPP = 512;
    private static final int ARPHRD_RAWIP = 519;
    private static final int ARPHRD_TUNNEL = 768;
    private static final int ARPHRD_TUNNEL6 = 769;
    private static final int ARPHRD_SIT = 776;
    private static final int ARPHRD_IPGRE = 778;
    private static final int ARPHRD_IEEE80211 = 801;
    private static final int ARPHRD_IEEE80211_PRISM = 802;
    private static final int ARPHRD_IEEE80211_RADIOTAP = 803;
    private static final int ARPHRD_IP6GRE = 823;
    private static final int ARPHRD_NONE = 0xfffe;

    private static final int LINKTYPE_ETHERNET = 1;
    private static final int LINKTYPE_RAW = 101;
    private static final int LINKTYPE_IEEE802_11 = 105;
    private static final int LINKTYPE_IEEE802_11_PRISM = 119;
    private static final int LINKTYPE_IEEE802_11_RADIOTAP = 127;
    private static final int LINKTYPE_LINUX_SLL2 = 276;

    /** Of all interfaces at once, and of those whose link layer header nobody here knows. */
    static final LinkKind COOKED = new LinkKind(Layout.COOKED, LINKTYPE_LINUX_SLL2);

    static LinkKind ofHardware(int hardwareType) {
        return switch (hardwareType) {
            case ARPHRD_ETHER, ARPHRD_LOOPBACK -> new LinkKind(Layout.ETHERNET, LINKTYPE_ETHERNET);
            case ARPHRD_IEEE80211 -> new LinkKind(Layout.AS_IS, LINKTYPE_IEEE802_11);
            case ARPHRD_IEEE80211_PRISM -> new LinkKind(Layout.AS_IS, LINKTYPE_IEEE802_11_PRISM);
            case ARPHRD_IEEE80211_RADIOTAP -> new LinkKind(Layout.AS_IS, LINKTYPE_IEEE802_11_RADIOTAP);
            case ARPHRD_PPP,
                    ARPHRD_RAWIP,
                    ARPHRD_TUNNEL,
                    ARPHRD_TUNNEL6,
                    ARPHRD_SIT,
                    ARPHRD_IPGRE,
                    ARPHRD_IP6GRE,
                    ARPHRD_NONE -> new LinkKind(Layout.NETWORK, LINKTYPE_RAW);
            default ->
                hardwareType >= ARPHRD_SLIP && hardwareType <= ARPHRD_CSLIP6
                        ? new LinkKind(Layout.NETWORK, LINKTYPE_RAW)
                        : COOKED;
        };
    }
}
