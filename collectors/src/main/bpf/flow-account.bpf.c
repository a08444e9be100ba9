// SPDX-License-Identifier: Apache-2.0
/*
 * Counts the packets of an interface by flow: a tc classifier (tc-bpf(8)) for both directions, io.weir.collectors.capture.ebpf.
 *
 * Plain TCP and UDP over IPv4 and IPv6 is counted here. Whatever else passes, what may show an application fact, and what opens or closes
 * a connection is handed over as a frame. Nothing is changed, dropped or sent: other classifiers decide as if this one were not there.
 *
 * Built by scripts/build-ebpf.sh. Includes nothing, so that the object depends on the compiler alone: the definitions below are those of
 * the kernel's interface (linux/bpf.h), which never change. Uses helpers that need no GPL, of Linux 5.8.
 */

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define SEC(name) __attribute__((section(name), used))
#define INLINE static inline __attribute__((always_inline))
#define NUMBER(name, value) int (*name)[value]
#define TYPE(name, type) type *name

/* The verifier must see the bound of this very register. */
#define PIN(variable) __asm__ volatile("" : "+r"(variable))

#define be16(value) __builtin_bswap16(value)

enum { MAP_HASH = 1, MAP_ARRAY = 2, MAP_LRU_HASH = 9, MAP_ARRAY_OF_MAPS = 12, MAP_RINGBUF = 27 };
enum { NOEXIST = 1 };
enum { RING_NO_WAKEUP = 1, RING_FORCE_WAKEUP = 2, RING_AVAILABLE = 0 };
enum { TC_ACT_UNSPEC = -1 };
enum { EEXIST = 17 };

static void *(*const map_lookup)(const void *map, const void *key) = (void *)1;
static long (*const map_update)(const void *map, const void *key, const void *value, u64 flags) = (void *)2;
static long (*const map_delete)(const void *map, const void *key) = (void *)3;
static u64 (*const monotonic_ns)(void) = (void *)5;
static long (*const skb_load_bytes)(const void *skb, u32 offset, void *to, u32 octets) = (void *)26;

struct bpf_spin_lock {
    u32 value;
};

static void (*const spin_lock)(struct bpf_spin_lock *lock) = (void *)93;
static void (*const spin_unlock)(struct bpf_spin_lock *lock) = (void *)94;
static void *(*const ring_reserve)(void *ring, u64 octets, u64 flags) = (void *)131;
static void (*const ring_submit)(void *record, u64 flags) = (void *)132;
static u64 (*const ring_query)(void *ring, u64 what) = (void *)134;

/* As far as it is read here. */
struct __sk_buff {
    u32 len;
    u32 pkt_type;
    u32 mark;
    u32 queue_mapping;
    u32 protocol;
    u32 vlan_present;
    u32 vlan_tci;
    u32 vlan_proto;
    u32 unused[36];
    u32 gso_size;
};

/* ---- what is shared with Java: FlowProgram, FlowCounts and EbpfSource ---- */

/* The map .bss, filled before the program is loaded. */
struct settings {
    u32 snap_octets;   /* most octets of a frame that are handed over */
    u32 wakeup_octets; /* from so many octets on that wait, the reader is woken */
    u32 first_packets; /* of each direction of a connection behind its SYN, handed over as frames */
    u32 looks_inside;  /* whether the starts of TCP payloads matter */
    u8 ports[65536];   /* PORT_ */
};

enum { PORT_UDP_SOURCE = 1, PORT_UDP_DESTINATION = 2, PORT_TCP = 4 };

volatile struct settings settings;

struct flow_key {
    u8 source[16]; /* IPv4: the first four */
    u8 destination[16];
    u16 source_port; /* network byte order, as all of this */
    u16 destination_port;
    u16 vlan;
    u8 version;
    u8 protocol;
};

enum { HEADER_OCTETS = 74 }; /* Ethernet, IPv6, TCP without options */

struct counts {
    u64 packets;
    u64 layer2_octets;
    u64 octets; /* IP total length */
    u64 first;  /* ns, CLOCK_MONOTONIC */
    u64 last;
    u32 last_layer2_octets;
    u32 last_octets;
    u32 header_layer2_octets; /* of the packet that the header is of */
    u32 tag;                  /* VLAN tag in front of its EtherType, 0 for none */
    u16 flags;                /* TCP control bits of all together */
    u16 last_flags;
    u16 header_octets;
    u8 header[HEADER_OCTETS]; /* without the tag */
};

struct entry {
    struct bpf_spin_lock lock;
    u32 unused;
    struct counts counts;
};

enum { RECORD_FRAME = 1, RECORD_COUNTS = 2 };

struct record {
    u32 kind;
    u32 captured_octets;
    u32 layer2_octets;
    u32 unused;
    u64 time;
};

struct losses {
    u64 packets;
    u64 layer2_octets;
};

/* ---- maps; sizes that are 1 here are set by Java ---- */

struct {
    NUMBER(type, MAP_HASH);
    NUMBER(max_entries, 1);
    TYPE(key, struct flow_key);
    TYPE(value, struct entry);
} flows_0 SEC(".maps"), flows_1 SEC(".maps");

/*
 * Which of the two is counted in, and what the kernel has to split into segments before it goes out, as the device does not:
 * SECOND_MAP, SPLIT_.
 */
enum { SECOND_MAP = 1, SPLIT_TCP4 = 2, SPLIT_TCP6 = 4, SPLIT_UDP = 8 };

struct {
    NUMBER(type, MAP_ARRAY);
    NUMBER(max_entries, 1);
    TYPE(key, u32);
    TYPE(value, u32);
} active SEC(".maps");

/* Only for its updates from user space, which wait until every program that runs has ended. */
struct nothing {
    NUMBER(type, MAP_ARRAY);
    NUMBER(max_entries, 1);
    TYPE(key, u32);
    TYPE(value, u32);
} barrier_inner SEC(".maps");

struct {
    NUMBER(type, MAP_ARRAY_OF_MAPS);
    NUMBER(max_entries, 1);
    TYPE(key, u32);
    struct nothing *values[];
} barrier SEC(".maps") = {.values = {&barrier_inner}};

/* Directions of connections of which first packets are still to come. */
struct {
    NUMBER(type, MAP_LRU_HASH);
    NUMBER(max_entries, 1);
    TYPE(key, struct flow_key);
    TYPE(value, u32);
} opening SEC(".maps");

struct {
    NUMBER(type, MAP_RINGBUF);
    NUMBER(max_entries, 4096);
} ring SEC(".maps");

/* Of what the ring had no room for. */
struct {
    NUMBER(type, MAP_ARRAY);
    NUMBER(max_entries, 1);
    TYPE(key, u32);
    TYPE(value, struct losses);
} lost SEC(".maps");

/* ---- headers ---- */

struct ipv4 {
    u8 version_and_length;
    u8 service;
    u16 total_octets;
    u16 identification;
    u16 fragment;
    u8 time_to_live;
    u8 protocol;
    u16 checksum;
    u32 source;
    u32 destination;
};

struct ipv6 {
    u8 version_and_class;
    u8 class_and_label[3];
    u16 payload_octets;
    u8 next_header;
    u8 hop_limit;
    u32 source[4];
    u32 destination[4];
};

/* UDP has the ports in the same place. */
struct tcp {
    u16 source_port;
    u16 destination_port;
    u32 sequence;
    u32 acknowledgement;
    u16 offset_and_flags;
    u16 window;
    u16 checksum;
    u16 urgent;
};

struct header {
    u16 align; /* puts the IP header at a multiple of four */
    u8 stations[12];
    u16 type;
    union {
        struct {
            struct ipv4 ip;
            struct tcp transport;
        } v4;
        struct {
            struct ipv6 ip;
            struct tcp transport;
        } v6;
    };
};

enum {
    STATIONS_OCTETS = 12,
    TAG_OCTETS = 4,
    ETHERNET_OCTETS = 14,
    IPV4_OCTETS = 20,
    IPV6_OCTETS = 40,
    UDP_OCTETS = 8,
    TCP_OCTETS = 20,
    TYPE_IPV4 = 0x0800,
    TYPE_IPV6 = 0x86dd,
    TYPE_TAG = 0x8100,
    TYPE_SERVICE_TAG = 0x88a8,
    TAG_ID = 0x0fff,
    TAGGED = 0x8000,
    IPV4_PLAIN = 0x45,
    FRAGMENTED = 0x3fff,
    PROTOCOL_TCP = 6,
    PROTOCOL_UDP = 17,
    FIN = 1,
    SYN = 2,
    RST = 4,
    FLAGS = 0x0fff,
    FACT_OCTETS = 14 /* shorter segments show none */
};

/* What passes, as it will be on the wire: several packets if it is still to be split. */
struct packet {
    u64 time;
    u32 packets;
    u32 layer2_octets;
    u32 octets;
    u32 whole_layer2_octets;  /* before it is split */
    u32 one_layer2_octets;    /* of the first of them */
    u32 one_octets;
    u32 last_layer2_octets;
    u32 last_octets;
    u32 header_octets;        /* that are kept */
    u32 tag;
    u16 flags;
    u8 version;
};

enum { AS_FRAME, CONTROL, COUNTED };

INLINE int is_tag(u16 type) {
    return type == TYPE_TAG || type == TYPE_SERVICE_TAG;
}

/* A start that the collector may take for a TLS handshake or for a request of HTTP. */
INLINE int may_be_fact(const u8 start[4]) {
    if (start[0] == 0x16) {
        return start[1] == 0x03;
    }
    return start[0] >= 'C' && start[0] <= 'T' && start[1] >= 'A' && start[1] <= 'Z' && start[2] >= 'A' && start[2] <= 'Z';
}

/* Each segment gets the headers of the whole. */
INLINE void split(struct packet *packet, u32 payload, u32 segment, u32 ip_octets, u32 header_octets) {
    u32 link_octets = ETHERNET_OCTETS + (packet->tag ? TAG_OCTETS : 0);
    u32 headers = ip_octets + header_octets;
    u32 segments = (payload + segment - 1) / segment;
    packet->packets = segments;
    packet->layer2_octets += (segments - 1) * (link_octets + headers);
    packet->octets += (segments - 1) * headers;
    packet->one_octets = headers + segment;
    packet->one_layer2_octets = link_octets + packet->one_octets;
    packet->last_octets = headers + payload - (segments - 1) * segment;
    packet->last_layer2_octets = link_octets + packet->last_octets;
}

INLINE int transport(
    struct __sk_buff *skb, const struct tcp *ports, u64 offset, u64 available, u32 ip_octets, u32 splits, struct flow_key *key,
    struct packet *packet) {
    u16 source = be16(ports->source_port);
    u16 destination = be16(ports->destination_port);
    u8 of_source = settings.ports[source];
    u8 of_destination = settings.ports[destination];
    key->source_port = ports->source_port;
    key->destination_port = ports->destination_port;
    u32 segment = skb->gso_size;
    if (key->protocol == PROTOCOL_UDP) {
        if (available > UDP_OCTETS && segment && available - UDP_OCTETS > segment && (splits & SPLIT_UDP)) {
            split(packet, available - UDP_OCTETS, segment, ip_octets, UDP_OCTETS);
        }
        if (available < UDP_OCTETS || (of_source & PORT_UDP_SOURCE) || (of_destination & PORT_UDP_DESTINATION)) {
            return AS_FRAME;
        }
        packet->header_octets += UDP_OCTETS;
        return COUNTED;
    }
    u16 offset_and_flags = be16(ports->offset_and_flags);
    u32 header_octets = (offset_and_flags >> 12) << 2;
    if (available < TCP_OCTETS || header_octets < TCP_OCTETS) {
        return AS_FRAME;
    }
    if (available > header_octets && segment && available - header_octets > segment
        && (splits & (key->version == 4 ? SPLIT_TCP4 : SPLIT_TCP6))) {
        split(packet, available - header_octets, segment, ip_octets, header_octets);
    }
    packet->header_octets += TCP_OCTETS;
    packet->flags = offset_and_flags & FLAGS;
    if (packet->flags & (SYN | FIN | RST)) {
        return CONTROL;
    }
    if ((of_source | of_destination) & PORT_TCP) {
        return AS_FRAME;
    }
    if (settings.looks_inside && available >= header_octets + FACT_OCTETS) {
        u8 start[4] = {};
        if (skb_load_bytes(skb, offset + header_octets, start, sizeof(start)) || may_be_fact(start)) {
            return AS_FRAME;
        }
    }
    return COUNTED;
}

/* Reads the headers, a VLAN tag apart from them. What is not plain is left to the collector. */
INLINE int parse(
    struct __sk_buff *skb, u32 splits, struct header *header, struct flow_key *key, struct packet *packet) {
    u64 length = skb->len;
    u64 shift = 0;
    u64 octets = length < HEADER_OCTETS ? length : HEADER_OCTETS;
    if (octets < ETHERNET_OCTETS + IPV4_OCTETS + UDP_OCTETS) {
        return AS_FRAME;
    }
    PIN(octets);
    if (octets > HEADER_OCTETS || skb_load_bytes(skb, 0, header->stations, octets)) {
        return AS_FRAME;
    }
    if (is_tag(be16(header->type))) {
        u64 rest = (length < HEADER_OCTETS + TAG_OCTETS ? length : HEADER_OCTETS + TAG_OCTETS) - STATIONS_OCTETS - TAG_OCTETS;
        if (packet->tag || rest < ETHERNET_OCTETS - STATIONS_OCTETS + IPV4_OCTETS + UDP_OCTETS) {
            return AS_FRAME;
        }
        PIN(rest);
        if (rest > HEADER_OCTETS - STATIONS_OCTETS) {
            return AS_FRAME;
        }
        u16 control = 0;
        if (skb_load_bytes(skb, ETHERNET_OCTETS, &control, sizeof(control))) {
            return AS_FRAME;
        }
        packet->tag = (u32)be16(header->type) << 16 | be16(control);
        if (skb_load_bytes(skb, STATIONS_OCTETS + TAG_OCTETS, &header->type, rest)) {
            return AS_FRAME;
        }
        shift = TAG_OCTETS;
        octets = STATIONS_OCTETS + rest;
    }
    if (packet->tag) {
        if (!is_tag(packet->tag >> 16)) {
            return AS_FRAME;
        }
        key->vlan = TAGGED | (packet->tag & TAG_ID);
    }
    u64 available = length - shift - ETHERNET_OCTETS;
    u16 type = be16(header->type);
    if (type == TYPE_IPV4) {
        const struct ipv4 *ip = &header->v4.ip;
        u32 total = be16(ip->total_octets);
        if (ip->version_and_length != IPV4_PLAIN || (be16(ip->fragment) & FRAGMENTED) || total < IPV4_OCTETS
            || total > available) {
            return AS_FRAME;
        }
        key->version = 4;
        key->protocol = ip->protocol;
        *(u32 *)key->source = ip->source;
        *(u32 *)key->destination = ip->destination;
        packet->version = 4;
        packet->octets = total;
        packet->one_octets = total;
        packet->last_octets = total;
        packet->header_octets = ETHERNET_OCTETS + IPV4_OCTETS;
        if (key->protocol != PROTOCOL_UDP
            && (key->protocol != PROTOCOL_TCP || octets < ETHERNET_OCTETS + IPV4_OCTETS + TCP_OCTETS)) {
            return AS_FRAME;
        }
        u64 offset = shift + ETHERNET_OCTETS + IPV4_OCTETS;
        return transport(skb, &header->v4.transport, offset, total - IPV4_OCTETS, IPV4_OCTETS, splits, key, packet);
    }
    if (type == TYPE_IPV6) {
        const struct ipv6 *ip = &header->v6.ip;
        u32 payload = be16(ip->payload_octets);
        if (ip->version_and_class >> 4 != 6 || payload == 0 || payload + IPV6_OCTETS > available) {
            return AS_FRAME;
        }
        key->version = 6;
        key->protocol = ip->next_header;
        __builtin_memcpy(key->source, ip->source, 16);
        __builtin_memcpy(key->destination, ip->destination, 16);
        packet->version = 6;
        packet->octets = IPV6_OCTETS + payload;
        packet->one_octets = packet->octets;
        packet->last_octets = packet->octets;
        packet->header_octets = ETHERNET_OCTETS + IPV6_OCTETS;
        u32 transport_octets = key->protocol == PROTOCOL_UDP ? UDP_OCTETS : TCP_OCTETS;
        if ((key->protocol != PROTOCOL_UDP && key->protocol != PROTOCOL_TCP)
            || octets < ETHERNET_OCTETS + IPV6_OCTETS + transport_octets) {
            return AS_FRAME;
        }
        u64 offset = shift + ETHERNET_OCTETS + IPV6_OCTETS;
        return transport(skb, &header->v6.transport, offset, payload, IPV6_OCTETS, splits, key, packet);
    }
    return AS_FRAME;
}

/* ---- the ring ---- */

INLINE u64 wakeup(void) {
    return ring_query(&ring, RING_AVAILABLE) >= settings.wakeup_octets ? RING_FORCE_WAKEUP : RING_NO_WAKEUP;
}

INLINE void lose(u64 packets, u64 layer2_octets) {
    u32 zero = 0;
    struct losses *losses = map_lookup(&lost, &zero);
    if (losses) {
        __sync_fetch_and_add(&losses->packets, packets);
        __sync_fetch_and_add(&losses->layer2_octets, layer2_octets);
    }
}

/* The tag goes back to where it was on the wire. Room behind the frame is left as it is. */
#define HAND_OVER(room)                                                                                       \
    {                                                                                                         \
        struct {                                                                                              \
            struct record record;                                                                             \
            u8 octets[room];                                                                                  \
        } *made = ring_reserve(&ring, sizeof(*made), 0);                                                      \
        if (!made) {                                                                                          \
            lose(1, packet->one_layer2_octets);                                                               \
            return TC_ACT_UNSPEC;                                                                             \
        }                                                                                                     \
        made->record.kind = RECORD_FRAME;                                                                     \
        made->record.layer2_octets = packet->one_layer2_octets;                                               \
        made->record.unused = 0;                                                                              \
        made->record.time = packet->time;                                                                     \
        made->record.captured_octets = copy(skb, made->octets, wanted, room);                                 \
        if (packet->packets > 1) {                                                                            \
            shorten(made->octets, packet);                                                                    \
        }                                                                                                     \
        ring_submit(made, wakeup());                                                                          \
        return TC_ACT_UNSPEC;                                                                                 \
    }

/* Octets that were copied: 0 when it fails. */
INLINE u32 copy(struct __sk_buff *skb, u8 *to, u64 wanted, const u64 room) {
    if (!skb->vlan_present) {
        /* Compared by order, as verifiers before Linux 6.8 learn nothing from a difference. */
        if (wanted < ETHERNET_OCTETS) {
            return 0;
        }
        PIN(wanted);
        if (wanted > room || skb_load_bytes(skb, 0, to, wanted)) {
            return 0;
        }
        return wanted;
    }
    if (wanted < ETHERNET_OCTETS + TAG_OCTETS || skb_load_bytes(skb, 0, to, STATIONS_OCTETS)) {
        return 0;
    }
    u64 rest = wanted - STATIONS_OCTETS - TAG_OCTETS;
    PIN(rest);
    if (rest < ETHERNET_OCTETS - STATIONS_OCTETS) {
        return 0;
    }
    PIN(rest);
    if (rest > room - STATIONS_OCTETS - TAG_OCTETS
        || skb_load_bytes(skb, STATIONS_OCTETS, to + STATIONS_OCTETS + TAG_OCTETS, rest)) {
        return 0;
    }
    *(u16 *)(to + STATIONS_OCTETS) = skb->vlan_proto;
    *(u16 *)(to + STATIONS_OCTETS + 2) = be16((u16)skb->vlan_tci);
    return STATIONS_OCTETS + TAG_OCTETS + rest;
}

/* Puts the length of one segment into its IP header. */
INLINE void shorten(u8 *frame, const struct packet *packet) {
    u16 octets = packet->version == 4 ? packet->one_octets : packet->one_octets - IPV6_OCTETS;
    if (packet->version == 4) {
        if (packet->tag) {
            *(u16 *)(frame + ETHERNET_OCTETS + TAG_OCTETS + 2) = be16(octets);
        } else {
            *(u16 *)(frame + ETHERNET_OCTETS + 2) = be16(octets);
        }
    } else if (packet->tag) {
        *(u16 *)(frame + ETHERNET_OCTETS + TAG_OCTETS + 4) = be16(octets);
    } else {
        *(u16 *)(frame + ETHERNET_OCTETS + 4) = be16(octets);
    }
}

/* The others that a frame is split into, when one of them is handed over. */
INLINE void report_rest(const struct header *header, const struct packet *packet) {
    struct {
        struct record record;
        struct counts counts;
    } *made = ring_reserve(&ring, sizeof(*made), 0);
    u32 packets = packet->packets - 1;
    u32 layer2_octets = packet->layer2_octets - packet->one_layer2_octets;
    if (!made) {
        lose(packets, layer2_octets);
        return;
    }
    made->record.kind = RECORD_COUNTS;
    made->record.captured_octets = 0;
    made->record.layer2_octets = 0;
    made->record.unused = 0;
    made->record.time = 0;
    struct counts *counts = &made->counts;
    counts->packets = packets;
    counts->layer2_octets = layer2_octets;
    counts->octets = packet->octets - packet->one_octets;
    counts->first = packet->time;
    counts->last = packet->time;
    counts->last_layer2_octets = packet->last_layer2_octets;
    counts->last_octets = packet->last_octets;
    counts->header_layer2_octets = packet->whole_layer2_octets;
    counts->tag = packet->tag;
    counts->flags = packet->flags & ~(SYN | FIN | RST);
    counts->last_flags = counts->flags;
    counts->header_octets = packet->header_octets;
    __builtin_memcpy(counts->header, header->stations, HEADER_OCTETS);
    ring_submit(made, wakeup());
}

/* Room of three sizes, as a reservation must be of a constant one. */
INLINE int hand_over(struct __sk_buff *skb, const struct packet *packet) {
    u64 wanted = packet->one_layer2_octets;
    if (wanted > settings.snap_octets) {
        wanted = settings.snap_octets;
    }
    if (wanted <= 128) {
        HAND_OVER(128)
    }
    if (wanted <= 512) {
        HAND_OVER(512)
    }
    HAND_OVER(2048)
}

/* ---- counting ---- */

INLINE void add(struct entry *entry, const struct packet *packet) {
    struct counts *counts = &entry->counts;
    spin_lock(&entry->lock);
    if (counts->packets == 0) {
        counts->first = packet->time;
        counts->last = 0;
        counts->flags = 0;
    } else if (packet->time < counts->first) {
        counts->first = packet->time;
    }
    if (packet->time >= counts->last) {
        counts->last = packet->time;
        counts->last_layer2_octets = packet->last_layer2_octets;
        counts->last_octets = packet->last_octets;
        counts->last_flags = packet->flags;
    }
    counts->packets += packet->packets;
    counts->layer2_octets += packet->layer2_octets;
    counts->octets += packet->octets;
    counts->flags |= packet->flags;
    spin_unlock(&entry->lock);
}

/* What was counted so far goes in front of what follows. Without room it stays, for the next time that the map is read. */
INLINE void flush(void *flows, const struct flow_key *key) {
    struct entry *entry = map_lookup(flows, key);
    if (!entry || entry->counts.packets == 0) {
        return;
    }
    struct {
        struct record record;
        struct counts counts;
    } *made = ring_reserve(&ring, sizeof(*made), 0);
    if (!made) {
        return;
    }
    made->record.kind = RECORD_COUNTS;
    made->record.captured_octets = 0;
    made->record.layer2_octets = 0;
    made->record.unused = 0;
    made->record.time = 0;
    struct counts *from = &entry->counts;
    struct counts *to = &made->counts;
    /* These never change. */
    to->header_layer2_octets = from->header_layer2_octets;
    to->tag = from->tag;
    to->header_octets = from->header_octets;
    __builtin_memcpy(to->header, from->header, HEADER_OCTETS);
    spin_lock(&entry->lock);
    to->packets = from->packets;
    to->layer2_octets = from->layer2_octets;
    to->octets = from->octets;
    to->first = from->first;
    to->last = from->last;
    to->last_layer2_octets = from->last_layer2_octets;
    to->last_octets = from->last_octets;
    to->flags = from->flags;
    to->last_flags = from->last_flags;
    from->packets = 0;
    from->layer2_octets = 0;
    from->octets = 0;
    spin_unlock(&entry->lock);
    ring_submit(made, wakeup());
}

/* False for what is to be handed over. */
INLINE int count(
    void *flows, const struct header *header, const struct flow_key *key, const struct packet *packet, int control) {
    if (control) {
        struct flow_key back = *key;
        __builtin_memcpy(back.source, key->destination, 16);
        __builtin_memcpy(back.destination, key->source, 16);
        back.source_port = key->destination_port;
        back.destination_port = key->source_port;
        flush(flows, key);
        flush(flows, &back);
        if (packet->flags & SYN) {
            u32 left = settings.first_packets;
            map_update(&opening, key, &left, 0);
            map_update(&opening, &back, &left, 0);
        }
        return 0;
    }
    struct entry *entry = map_lookup(flows, key);
    if (!entry || entry->counts.packets == 0) {
        u32 *left = map_lookup(&opening, key);
        if (left) {
            if (*left > 0) {
                *left -= 1;
                return 0;
            }
            map_delete(&opening, key);
        }
    }
    if (!entry) {
        struct entry made = {};
        made.counts.header_layer2_octets = packet->whole_layer2_octets;
        made.counts.tag = packet->tag;
        made.counts.header_octets = packet->header_octets;
        __builtin_memcpy(made.counts.header, header->stations, HEADER_OCTETS);
        /* Full, or made by another processor just now. */
        long error = map_update(flows, key, &made, NOEXIST);
        if (error && error != -EEXIST) {
            return 0;
        }
        entry = map_lookup(flows, key);
        if (!entry) {
            return 0;
        }
    }
    add(entry, packet);
    return 1;
}

/* Once for both directions. */
static __attribute__((noinline)) int account(struct __sk_buff *skb, u32 outgoing) {
    u32 zero = 0;
    const volatile u32 *control = map_lookup(&active, &zero);
    if (!control) {
        return TC_ACT_UNSPEC;
    }
    u32 how = *control;
    struct header header = {};
    struct flow_key key = {};
    struct packet packet = {};
    /* Read behind the choice of the map: what is counted in one is never older than the change to it. */
    packet.time = monotonic_ns();
    packet.packets = 1;
    packet.layer2_octets = skb->len;
    if (skb->vlan_present) {
        packet.layer2_octets += TAG_OCTETS;
        packet.tag = (u32)be16((u16)skb->vlan_proto) << 16 | (skb->vlan_tci & 0xffff);
    }
    packet.whole_layer2_octets = packet.layer2_octets;
    packet.one_layer2_octets = packet.layer2_octets;
    packet.last_layer2_octets = packet.layer2_octets;
    int kind = parse(skb, outgoing ? how : 0, &header, &key, &packet);
    if (kind != AS_FRAME) {
        int counted = how & SECOND_MAP ? count(&flows_1, &header, &key, &packet, kind == CONTROL)
                                       : count(&flows_0, &header, &key, &packet, kind == CONTROL);
        if (counted) {
            return TC_ACT_UNSPEC;
        }
    }
    if (packet.packets > 1) {
        report_rest(&header, &packet);
    }
    return hand_over(skb, &packet);
}

SEC("tc") int incoming(struct __sk_buff *skb) {
    return account(skb, 0);
}

SEC("tc") int outgoing(struct __sk_buff *skb) {
    return account(skb, 1);
}

char program_license[] SEC("license") = "Apache-2.0";
