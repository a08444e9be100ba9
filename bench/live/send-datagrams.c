/* Sends sFlow, NetFlow or IPFIX of many exporters at a steady rate: bench/datagrams.py compiles and runs it.
 *
 * send-datagrams --help says how, and what it prints. To compile: cc -O2 -o send-datagrams send-datagrams.c
 *
 * Datagrams are made once (VARIANTS of each template); what differs from one to the next, its numbers and times, is written into a copy,
 * so that the sender costs little more than the kernel's part of it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum {
    BATCH = 64,
    VARIANTS = 32,
    MAX_EXPORTERS = 65536,
    MAX_TEMPLATES = 64,
    MAX_OCTETS = 9000,
    MAX_RECORDS = 512,
    FIRST_TEMPLATE = 256,
    PACE_NANOS = 1000000,
    /* Most datagrams that one step makes: itself, its duplicate, and one that was held back. */
    MAX_STEP = 3,
};

static const char HELP[] =
    "Sends sFlow version 5, NetFlow version 5 or 9, or IPFIX as many exporters do.\n"
    "\n"
    "usage: send-datagrams --protocol sflow|v5|v9|ipfix --to ADDRESS:PORT [option ...]\n"
    "\n"
    "  --rate N               datagrams a second of all exporters together; 0, the default, is as fast as it goes\n"
    "  --datagrams N          ends after so many, those lost on purpose among them, templates and duplicates not; 100,000 by default\n"
    "  --seconds S            ends after so long instead\n"
    "  --exporters N          that take turns; 16 by default\n"
    "  --from ADDRESS         of the first of them, the others follow; 127.1.0.1 by default, which any Linux takes for its own\n"
    "  --records N            flow records of a datagram (v5 30, v9 31, ipfix 26 by default), or samples of 128 octets (sflow 7)\n"
    "  --templates N          that each exporter uses in turns (v9, ipfix); 1 by default\n"
    "  --template-interval N  datagrams of an exporter between two with its templates; 1000 by default. The first comes before all others\n"
    "  --domain N             observation domain, source id, or sub-agent; 1 by default. Of v5 the engine, two octets\n"
    "  --sampling N           rate that samples of sflow name; 1000 by default\n"
    "  --lost SHARE           of datagrams that are numbered and not sent, 0 to 1\n"
    "  --reordered SHARE      that are sent behind the next one of their exporter\n"
    "  --duplicated SHARE     that are sent twice\n"
    "  --seed N               the same seed and options make the same records, and lose the same; 1 by default\n"
    "  --per-exporter         says the counts of each exporter, too\n"
    "\n"
    "Datagrams with templates are never lost, reordered or duplicated on purpose. At its end it prints one JSON object:\n"
    "\n"
    "  datagrams    that the kernel took, those of templates and duplicates included\n"
    "  octets       of their payloads\n"
    "  templates    datagrams that hold templates and nothing else\n"
    "  duplicated, reordered, lost    datagrams that were treated so\n"
    "  records      flow records or samples in what was sent, duplicates left out; lostRecords: in what was lost on purpose\n"
    "  packets, flowOctets            that these records tell of; for samples times their rate\n"
    "  seconds      from the first to the last; behind: how often it was later than its rate by 10 ms or more\n"
    "  exporters    with --per-exporter: address, datagrams, records, packets, flowOctets, lost of each\n"
    "\n"
    "Exit codes: 0 sent, 1 the kernel refused, 2 usage\n";

enum protocol { SFLOW, V5, V9, IPFIX };

/* ---- Numbers -------------------------------------------------------------------------------------------------------------------- */

static uint64_t random_state;

/* SplitMix64. */
static uint64_t next_random(void) {
    uint64_t z = random_state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint32_t random_below(uint32_t limit) {
    return (uint32_t) (next_random() % limit);
}

static void put16(unsigned char *at, uint32_t value) {
    uint16_t network = htons((uint16_t) value);
    memcpy(at, &network, sizeof network);
}

static void put32(unsigned char *at, uint32_t value) {
    uint32_t network = htonl(value);
    memcpy(at, &network, sizeof network);
}

static void put64(unsigned char *at, uint64_t value) {
    put32(at, (uint32_t) (value >> 32));
    put32(at + 4, (uint32_t) value);
}

static uint64_t nanos(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t) t.tv_sec * 1000000000u + (uint64_t) t.tv_nsec;
}

static void fail(const char *what) {
    fprintf(stderr, "send-datagrams: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void refuse(const char *why) {
    fprintf(stderr, "send-datagrams: %s; --help says more\n", why);
    exit(2);
}

/* ---- One flow ------------------------------------------------------------------------------------------------------------------- */

struct flow {
    uint32_t source, destination, next_hop, input, output, packets, octets, source_port, destination_port;
    uint32_t age_ms, duration_ms;
    unsigned char flags, ip_protocol, tos, source_mask, destination_mask;
};

enum { SHORTEST_FRAME = 132, LONGEST_FRAME = 1518, TCP = 6, UDP = 17, ACK_PUSH = 0x18 };

static struct flow random_flow(void) {
    struct flow f = {0};
    f.source = 0x0a000000u | random_below(1u << 16);
    f.destination = 0x0a010000u | random_below(1u << 16);
    f.next_hop = 0x0afe0001u;
    f.input = 1 + random_below(48);
    f.output = 1 + random_below(48);
    f.packets = 1 + random_below(200);
    f.octets = f.packets * (64 + random_below(1400));
    f.ip_protocol = random_below(10) < 7 ? TCP : UDP;
    f.flags = f.ip_protocol == TCP ? ACK_PUSH : 0;
    f.source_port = 1024 + random_below(64000);
    f.destination_port = f.ip_protocol == TCP ? 443 : 53;
    f.age_ms = random_below(1000);
    f.duration_ms = random_below(5000);
    f.source_mask = f.destination_mask = 16;
    return f;
}

/* ---- Fields of NetFlow version 9 (RFC 3954 section 8) and IPFIX (IANA) ------------------------------------------------------------ */

struct field {
    uint16_t id, octets;
};

enum {
    OCTETS = 1, PACKETS = 2, PROTOCOL = 4, TOS = 5, TCP_FLAGS = 6, SOURCE_PORT = 7, SOURCE = 8, SOURCE_MASK = 9, INPUT = 10,
    DESTINATION_PORT = 11, DESTINATION = 12, DESTINATION_MASK = 13, OUTPUT = 14, NEXT_HOP = 15, LAST_SWITCHED = 21, FIRST_SWITCHED = 22,
    DIRECTION = 61, START_MILLISECONDS = 152, END_MILLISECONDS = 153,
    FIELDS = 17,
};

static const struct field V9_FIELDS[FIELDS] = {
    {SOURCE, 4}, {DESTINATION, 4}, {NEXT_HOP, 4}, {INPUT, 4}, {OUTPUT, 4}, {PACKETS, 4}, {OCTETS, 4}, {FIRST_SWITCHED, 4},
    {LAST_SWITCHED, 4}, {SOURCE_PORT, 2}, {DESTINATION_PORT, 2}, {TCP_FLAGS, 1}, {PROTOCOL, 1}, {TOS, 1}, {SOURCE_MASK, 1},
    {DESTINATION_MASK, 1}, {DIRECTION, 1},
};

static const struct field IPFIX_FIELDS[FIELDS] = {
    {SOURCE, 4}, {DESTINATION, 4}, {NEXT_HOP, 4}, {INPUT, 4}, {OUTPUT, 4}, {PACKETS, 4}, {OCTETS, 4}, {START_MILLISECONDS, 8},
    {END_MILLISECONDS, 8}, {SOURCE_PORT, 2}, {DESTINATION_PORT, 2}, {TCP_FLAGS, 1}, {PROTOCOL, 1}, {TOS, 1}, {SOURCE_MASK, 1},
    {DESTINATION_MASK, 1}, {DIRECTION, 1},
};

static uint32_t value_of(const struct flow *f, int id) {
    switch (id) {
        case OCTETS: return f->octets;
        case PACKETS: return f->packets;
        case PROTOCOL: return f->ip_protocol;
        case TOS: return f->tos;
        case TCP_FLAGS: return f->flags;
        case SOURCE_PORT: return f->source_port;
        case SOURCE: return f->source;
        case SOURCE_MASK: return f->source_mask;
        case INPUT: return f->input;
        case DESTINATION_PORT: return f->destination_port;
        case DESTINATION: return f->destination;
        case DESTINATION_MASK: return f->destination_mask;
        case OUTPUT: return f->output;
        case NEXT_HOP: return f->next_hop;
        default: return 0; /* times come with each copy, direction is ingress */
    }
}

static void put_field(unsigned char *at, int octets, uint32_t value) {
    switch (octets) {
        case 1: *at = (unsigned char) value; break;
        case 2: put16(at, value); break;
        case 4: put32(at, value); break;
        default: put64(at, value); break;
    }
}

/* ---- What is sent --------------------------------------------------------------------------------------------------------------- */

static enum protocol protocol;
static int records, templates = 1;
static uint32_t domain = 1, sampling = 1000;

/* A datagram as it is copied, and what is in it. */
struct variant {
    unsigned char bytes[MAX_OCTETS];
    int length, stride, first_record, first_time, last_time; /* the two times: offsets in a record */
    uint64_t packets, octets;
    uint32_t age_ms[MAX_RECORDS], duration_ms[MAX_RECORDS];
};

static struct variant (*variants)[VARIANTS]; /* by template */

static unsigned char template_bytes[MAX_OCTETS];
static int template_length;

enum { SFLOW_HEAD = 28, V5_HEAD = 24, V5_RECORD = 48, V9_HEAD = 20, IPFIX_HEAD = 16, SET_HEAD = 4, V9_TEMPLATE_SET = 0, IPFIX_TEMPLATE_SET = 2 };

enum { SAMPLED_OCTETS = 128, SAMPLE_OCTETS = 40 + 8 + 16 + SAMPLED_OCTETS, FCS_OCTETS = 4, ETHERNET_OCTETS = 14, IPV4_OCTETS = 20 };

static void put_frame(unsigned char *at, const struct flow *f, uint32_t frame_octets) {
    static const unsigned char ETHERNET[ETHERNET_OCTETS] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0};
    memset(at, 0, SAMPLED_OCTETS);
    memcpy(at, ETHERNET, sizeof ETHERNET);
    unsigned char *ip = at + ETHERNET_OCTETS;
    uint32_t ip_octets = frame_octets - FCS_OCTETS - ETHERNET_OCTETS;
    ip[0] = 0x45;
    put16(ip + 2, ip_octets);
    ip[8] = 64;
    ip[9] = f->ip_protocol;
    put32(ip + 12, f->source);
    put32(ip + 16, f->destination);
    uint32_t sum = 0;
    for (int i = 0; i < IPV4_OCTETS; i += 2) {
        sum += (uint32_t) ip[i] << 8 | ip[i + 1];
    }
    sum = (sum & 0xffff) + (sum >> 16);
    put16(ip + 10, ~(sum + (sum >> 16)));
    unsigned char *transport = ip + IPV4_OCTETS;
    put16(transport, f->source_port);
    put16(transport + 2, f->destination_port);
    if (f->ip_protocol == TCP) {
        transport[12] = 0x50;
        transport[13] = f->flags;
        put16(transport + 14, 65535);
    } else {
        put16(transport + 4, ip_octets - IPV4_OCTETS);
    }
}

/* sFlow version 5: one flow sample with the first octets of its packet for each record. */
static void make_sflow(struct variant *v) {
    v->stride = SAMPLE_OCTETS;
    v->first_record = SFLOW_HEAD;
    v->length = SFLOW_HEAD + records * SAMPLE_OCTETS;
    put32(v->bytes, 5);
    put32(v->bytes + 4, 1);
    put32(v->bytes + 12, domain);
    put32(v->bytes + 24, (uint32_t) records);
    for (int i = 0; i < records; i++) {
        struct flow f = random_flow();
        uint32_t frame = SHORTEST_FRAME + random_below(LONGEST_FRAME - SHORTEST_FRAME + 1);
        unsigned char *s = v->bytes + v->first_record + i * v->stride;
        put32(s, 1);
        put32(s + 4, SAMPLE_OCTETS - 8);
        put32(s + 12, 1); /* all samples of an exporter are of one source, so that one number counts them */
        put32(s + 16, sampling);
        put32(s + 28, f.input);
        put32(s + 32, f.output);
        put32(s + 36, 1);
        put32(s + 40, 1);
        put32(s + 44, 16 + SAMPLED_OCTETS);
        put32(s + 48, 1);
        put32(s + 52, frame);
        put32(s + 56, FCS_OCTETS);
        put32(s + 60, SAMPLED_OCTETS);
        put_frame(s + 64, &f, frame);
        v->packets += sampling;
        v->octets += (uint64_t) sampling * (frame - FCS_OCTETS);
    }
}

static void count_flow(struct variant *v, int i, const struct flow *f) {
    v->packets += f->packets;
    v->octets += f->octets;
    v->age_ms[i] = f->age_ms;
    v->duration_ms[i] = f->duration_ms;
}

static void make_v5(struct variant *v) {
    v->stride = V5_RECORD;
    v->first_record = V5_HEAD;
    v->length = V5_HEAD + records * V5_RECORD;
    v->first_time = 24;
    v->last_time = 28;
    put16(v->bytes, 5);
    put16(v->bytes + 2, (uint32_t) records);
    put16(v->bytes + 20, domain);
    for (int i = 0; i < records; i++) {
        struct flow f = random_flow();
        unsigned char *r = v->bytes + v->first_record + i * v->stride;
        put32(r, f.source);
        put32(r + 4, f.destination);
        put32(r + 8, f.next_hop);
        put16(r + 12, f.input);
        put16(r + 14, f.output);
        put32(r + 16, f.packets);
        put32(r + 20, f.octets);
        put16(r + 32, f.source_port);
        put16(r + 34, f.destination_port);
        r[37] = f.flags;
        r[38] = f.ip_protocol;
        r[39] = f.tos;
        r[44] = f.source_mask;
        r[45] = f.destination_mask;
        count_flow(v, i, &f);
    }
}

static const struct field *field_of(int template, int index) {
    const struct field *fields = protocol == V9 ? V9_FIELDS : IPFIX_FIELDS;
    /* Each template has the same fields in an order of its own. */
    return fields + (index + template) % FIELDS;
}

static int head_octets(void) {
    return protocol == V9 ? V9_HEAD : IPFIX_HEAD;
}

/* Octets to the next multiple of four. */
static int padded(int octets) {
    return (octets + 3) & ~3;
}

static void make_set(struct variant *v, int template) {
    int at[FIELDS];
    for (int i = 0; i < FIELDS; i++) {
        const struct field *field = field_of(template, i);
        at[i] = v->stride;
        v->stride += field->octets;
        if (field->id == FIRST_SWITCHED || field->id == START_MILLISECONDS) {
            v->first_time = at[i];
        } else if (field->id == LAST_SWITCHED || field->id == END_MILLISECONDS) {
            v->last_time = at[i];
        }
    }
    v->first_record = head_octets() + SET_HEAD;
    v->length = head_octets() + padded(SET_HEAD + records * v->stride);
    put16(v->bytes, protocol == V9 ? 9 : 10);
    put16(v->bytes + 2, (uint32_t) (protocol == V9 ? records : v->length));
    put32(v->bytes + head_octets() - 4, domain);
    put16(v->bytes + head_octets(), (uint32_t) (FIRST_TEMPLATE + template));
    put16(v->bytes + head_octets() + 2, (uint32_t) (v->length - head_octets()));
    for (int i = 0; i < records; i++) {
        struct flow f = random_flow();
        unsigned char *r = v->bytes + v->first_record + i * v->stride;
        for (int j = 0; j < FIELDS; j++) {
            const struct field *field = field_of(template, j);
            put_field(r + at[j], field->octets, value_of(&f, field->id));
        }
        count_flow(v, i, &f);
    }
}

static void make_templates(void) {
    unsigned char *at = template_bytes + head_octets() + SET_HEAD;
    for (int t = 0; t < templates; t++) {
        put16(at, (uint32_t) (FIRST_TEMPLATE + t));
        put16(at + 2, FIELDS);
        at += 4;
        for (int i = 0; i < FIELDS; i++) {
            put16(at, field_of(t, i)->id);
            put16(at + 2, field_of(t, i)->octets);
            at += 4;
        }
    }
    template_length = (int) (at - template_bytes);
    put16(template_bytes, protocol == V9 ? 9 : 10);
    put16(template_bytes + 2, (uint32_t) (protocol == V9 ? templates : template_length));
    put32(template_bytes + head_octets() - 4, domain);
    put16(template_bytes + head_octets(), protocol == V9 ? V9_TEMPLATE_SET : IPFIX_TEMPLATE_SET);
    put16(template_bytes + head_octets() + 2, (uint32_t) (template_length - head_octets()));
}

static void make_all(void) {
    variants = calloc((size_t) templates, sizeof *variants);
    if (!variants) {
        fail("memory");
    }
    for (int t = 0; t < templates; t++) {
        for (int i = 0; i < VARIANTS; i++) {
            switch (protocol) {
                case SFLOW: make_sflow(&variants[t][i]); break;
                case V5: make_v5(&variants[t][i]); break;
                default: make_set(&variants[t][i], t); break;
            }
        }
    }
    if (protocol == V9 || protocol == IPFIX) {
        make_templates();
    }
}

/* ---- Exporters ------------------------------------------------------------------------------------------------------------------ */

struct exporter {
    uint32_t address; /* host order */
    uint32_t sequence, samples, pool;
    uint64_t numbered; /* datagrams of data, those that are lost on purpose included */
    uint64_t datagrams, sent_records, packets, octets, lost;
    unsigned char *held; /* a datagram that the next one overtakes, or nothing */
    int held_length;
};

static struct exporter *exporters;
static uint64_t began_nanos, uptime_ms, epoch_ms;

enum { UPTIME_AT_START_MS = 3600000 };

static void look_at_clock(uint64_t now_nanos) {
    uptime_ms = UPTIME_AT_START_MS + (now_nanos - began_nanos) / 1000000u;
    epoch_ms = nanos(CLOCK_REALTIME) / 1000000u;
}

/* Writes number and time into the head, and counts `units` on: datagrams, or flow records where the protocol numbers those. */
static void stamp(unsigned char *bytes, struct exporter *e, uint32_t units) {
    switch (protocol) {
        case SFLOW:
            put32(bytes + 8, e->address);
            put32(bytes + 16, ++e->sequence);
            put32(bytes + 20, (uint32_t) uptime_ms);
            break;
        case V5:
            put32(bytes + 4, (uint32_t) uptime_ms);
            put32(bytes + 8, (uint32_t) (epoch_ms / 1000));
            put32(bytes + 12, (uint32_t) (epoch_ms % 1000 * 1000000u));
            put32(bytes + 16, e->sequence);
            e->sequence += units;
            break;
        case V9:
            put32(bytes + 4, (uint32_t) uptime_ms);
            put32(bytes + 8, (uint32_t) (epoch_ms / 1000));
            put32(bytes + 12, e->sequence++);
            break;
        case IPFIX:
            put32(bytes + 4, (uint32_t) (epoch_ms / 1000));
            put32(bytes + 8, e->sequence);
            e->sequence += units;
            break;
    }
}

static void fill(unsigned char *bytes, const struct variant *v, struct exporter *e) {
    memcpy(bytes, v->bytes, (size_t) v->length);
    stamp(bytes, e, (uint32_t) records);
    unsigned char *r = bytes + v->first_record;
    for (int i = 0; i < records; i++, r += v->stride) {
        if (protocol == SFLOW) {
            put32(r + 8, ++e->samples);
            put32(r + 20, e->pool += sampling);
        } else if (protocol == IPFIX) {
            put64(r + v->last_time, epoch_ms - v->age_ms[i]);
            put64(r + v->first_time, epoch_ms - v->age_ms[i] - v->duration_ms[i]);
        } else {
            put32(r + v->last_time, (uint32_t) uptime_ms - v->age_ms[i]);
            put32(r + v->first_time, (uint32_t) uptime_ms - v->age_ms[i] - v->duration_ms[i]);
        }
    }
}

/* ---- The batch that goes to the kernel in one call ------------------------------------------------------------------------------- */

union control {
    struct cmsghdr align;
    unsigned char bytes[CMSG_SPACE(sizeof(struct in_pktinfo))];
};

static unsigned char slots[BATCH][MAX_OCTETS];
static struct iovec parts[BATCH];
static struct mmsghdr messages[BATCH];
static union control controls[BATCH];
static int queued;
static int descriptor;
static uint64_t sent_datagrams, sent_octets, template_datagrams, duplicated, reordered, lost, lost_records;

static void prepare(struct sockaddr_in *to) {
    for (int i = 0; i < BATCH; i++) {
        parts[i].iov_base = slots[i];
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        messages[i].msg_hdr.msg_name = to;
        messages[i].msg_hdr.msg_namelen = sizeof *to;
        messages[i].msg_hdr.msg_control = controls[i].bytes;
        messages[i].msg_hdr.msg_controllen = sizeof controls[i].bytes;
        struct cmsghdr *head = CMSG_FIRSTHDR(&messages[i].msg_hdr);
        head->cmsg_level = IPPROTO_IP;
        head->cmsg_type = IP_PKTINFO;
        head->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
    }
}

static void flush(void) {
    int done = 0;
    while (done < queued) {
        int count = sendmmsg(descriptor, messages + done, (unsigned) (queued - done), 0);
        if (count < 0 && errno != EINTR && errno != ENOBUFS && errno != ECONNREFUSED) {
            fail("the kernel does not send; are all addresses of --from its own?");
        }
        done += count > 0 ? count : 0;
    }
    queued = 0;
}

/* Where the next datagram is to be written; `queue` takes it. */
static unsigned char *slot(void) {
    return slots[queued];
}

static void queue(struct exporter *e, int length) {
    struct in_pktinfo info = {.ipi_spec_dst.s_addr = htonl(e->address)};
    memcpy(CMSG_DATA(CMSG_FIRSTHDR(&messages[queued].msg_hdr)), &info, sizeof info);
    parts[queued].iov_len = (size_t) length;
    queued++;
    e->datagrams++;
    sent_datagrams++;
    sent_octets += (uint64_t) length;
}

static void queue_copy(struct exporter *e, const unsigned char *bytes, int length) {
    memcpy(slot(), bytes, (size_t) length);
    queue(e, length);
}

static void queue_held(struct exporter *e) {
    if (e->held_length > 0) {
        queue_copy(e, e->held, e->held_length);
        e->held_length = 0;
        reordered++;
    }
}

static void queue_templates(struct exporter *e) {
    memcpy(slot(), template_bytes, (size_t) template_length);
    stamp(slot(), e, 0);
    queue(e, template_length);
    template_datagrams++;
}

struct shares {
    double lost, reordered, duplicated;
};

static double random_share(void) {
    return (double) (next_random() >> 11) / (double) (1ull << 53);
}

/* One datagram of data of an exporter, and what goes with it. */
static void step(struct exporter *e, const struct shares *shares) {
    const struct variant *v = &variants[e->numbered % (uint64_t) templates][random_below(VARIANTS)];
    double draw = random_share();
    e->numbered++;
    fill(slot(), v, e);
    if (draw < shares->lost) {
        e->lost++;
        lost++;
        lost_records += (uint64_t) records;
        return;
    }
    e->sent_records += (uint64_t) records;
    e->packets += v->packets;
    e->octets += v->octets;
    draw -= shares->lost;
    if (draw < shares->reordered && e->held_length == 0) {
        if (!e->held && !(e->held = malloc(MAX_OCTETS))) {
            fail("memory");
        }
        memcpy(e->held, slot(), (size_t) v->length);
        e->held_length = v->length;
        return;
    }
    queue(e, v->length);
    if (draw >= shares->reordered && draw - shares->reordered < shares->duplicated) {
        queue_copy(e, slots[queued - 1], v->length);
        duplicated++;
    }
    queue_held(e);
}

/* ---- Command line --------------------------------------------------------------------------------------------------------------- */

static uint64_t number(const char *text, const char *name, uint64_t least, uint64_t most) {
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || *end || end == text || *text == '-' || value < least || value > most) {
        fprintf(stderr, "send-datagrams: --%s is %s, it must be %llu to %llu\n", name, text, (unsigned long long) least,
                (unsigned long long) most);
        exit(2);
    }
    return value;
}

static double share(const char *text, const char *name, double most) {
    char *end;
    double value = strtod(text, &end);
    if (*end || end == text || !(value >= 0 && value <= most)) {
        fprintf(stderr, "send-datagrams: --%s is %s, it must be 0 to %g\n", name, text, most);
        exit(2);
    }
    return value;
}

static struct in_addr address(const char *text) {
    struct in_addr found;
    if (inet_pton(AF_INET, text, &found) != 1) {
        refuse("an address is not one of IPv4");
    }
    return found;
}

static struct sockaddr_in destination(char *text) {
    char *colon = strrchr(text, ':');
    if (!colon) {
        refuse("--to is not ADDRESS:PORT");
    }
    *colon = 0;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t) number(colon + 1, "to", 1, 65535))};
    to.sin_addr = address(text);
    return to;
}

static enum protocol protocol_named(const char *text) {
    static const char *const NAMES[] = {"sflow", "v5", "v9", "ipfix"};
    for (int i = 0; i < 4; i++) {
        if (strcmp(text, NAMES[i]) == 0) {
            return (enum protocol) i;
        }
    }
    refuse("--protocol is none of sflow, v5, v9, ipfix");
    return SFLOW;
}

static int default_records(void) {
    switch (protocol) {
        case SFLOW: return 7;
        case V5: return 30;
        case V9: return 31;
        default: return 26;
    }
}

static int octets_of_record(void) {
    switch (protocol) {
        case SFLOW: return SAMPLE_OCTETS;
        case V5: return V5_RECORD;
        case V9: return 46;
        default: return 54;
    }
}

static void check_sizes(void) {
    if (records == 0) {
        records = default_records();
    }
    if (records * octets_of_record() > MAX_OCTETS - SFLOW_HEAD - SET_HEAD || (protocol == V5 && records > 30)) {
        refuse(protocol == V5 ? "a datagram of version 5 has 30 records at most" : "so many --records make a datagram of more than 9000 octets");
    }
}

static void print_exporters(uint32_t count) {
    printf(", \"exporters\": [");
    for (uint32_t i = 0; i < count; i++) {
        const struct exporter *e = &exporters[i];
        struct in_addr where = {.s_addr = htonl(e->address)};
        printf("%s\n  {\"address\": \"%s\", \"datagrams\": %llu, \"records\": %llu, \"packets\": %llu, \"flowOctets\": %llu, \"lost\": %llu}",
               i ? "," : "", inet_ntoa(where), (unsigned long long) e->datagrams, (unsigned long long) e->sent_records,
               (unsigned long long) e->packets, (unsigned long long) e->octets, (unsigned long long) e->lost);
    }
    printf("]");
}

static void print_counts(double seconds, uint64_t behind, uint32_t exporter_count, int per_exporter) {
    uint64_t all_records = 0, packets = 0, octets = 0;
    for (uint32_t i = 0; i < exporter_count; i++) {
        all_records += exporters[i].sent_records;
        packets += exporters[i].packets;
        octets += exporters[i].octets;
    }
    printf("{\"datagrams\": %llu, \"octets\": %llu, \"templates\": %llu, \"duplicated\": %llu, \"reordered\": %llu, \"lost\": %llu, ",
           (unsigned long long) sent_datagrams, (unsigned long long) sent_octets, (unsigned long long) template_datagrams,
           (unsigned long long) duplicated, (unsigned long long) reordered, (unsigned long long) lost);
    printf("\"records\": %llu, \"lostRecords\": %llu, \"packets\": %llu, \"flowOctets\": %llu, \"seconds\": %.3f, \"behind\": %llu",
           (unsigned long long) all_records, (unsigned long long) lost_records, (unsigned long long) packets, (unsigned long long) octets,
           seconds, (unsigned long long) behind);
    if (per_exporter) {
        print_exporters(exporter_count);
    }
    printf("}\n");
}

/* Waits until more datagrams are due; how many are, at most as many as fit into the rest of a batch with what goes with them. */
static uint64_t wait_for_due(uint64_t rate, uint64_t done, uint64_t *behind) {
    for (;;) {
        uint64_t now = nanos(CLOCK_MONOTONIC);
        look_at_clock(now);
        if (rate == 0) {
            return BATCH;
        }
        double due = (double) (now - began_nanos) / 1e9 * (double) rate + 1;
        if (due >= (double) done + 1) {
            uint64_t count = (uint64_t) due - done;
            *behind += count > rate / 100 + BATCH;
            return count;
        }
        struct timespec pause = {.tv_nsec = PACE_NANOS};
        nanosleep(&pause, NULL);
    }
}

int main(int argc, char **argv) {
    static const struct option OPTIONS[] = {
        {"protocol", required_argument, 0, 'p'}, {"to", required_argument, 0, 't'}, {"rate", required_argument, 0, 'r'},
        {"datagrams", required_argument, 0, 'n'}, {"seconds", required_argument, 0, 's'}, {"exporters", required_argument, 0, 'e'},
        {"from", required_argument, 0, 'f'}, {"records", required_argument, 0, 'c'}, {"templates", required_argument, 0, 'T'},
        {"template-interval", required_argument, 0, 'i'}, {"domain", required_argument, 0, 'd'}, {"sampling", required_argument, 0, 'S'},
        {"lost", required_argument, 0, 'L'}, {"reordered", required_argument, 0, 'R'}, {"duplicated", required_argument, 0, 'D'},
        {"seed", required_argument, 0, 'x'}, {"per-exporter", no_argument, 0, 'P'}, {"help", no_argument, 0, 'h'}, {0, 0, 0, 0},
    };
    uint64_t rate = 0, limit = 100000, template_interval = 1000, seed = 1;
    double seconds = 0;
    uint32_t exporter_count = 16, first = 0x7f010001u;
    int per_exporter = 0, have_protocol = 0, have_to = 0;
    struct sockaddr_in to = {0};
    struct shares shares = {0, 0, 0};
    for (int option; (option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1;) {
        switch (option) {
            case 'p': protocol = protocol_named(optarg); have_protocol = 1; break;
            case 't': to = destination(optarg); have_to = 1; break;
            case 'r': rate = number(optarg, "rate", 0, 100000000); break;
            case 'n': limit = number(optarg, "datagrams", 1, UINT64_MAX); break;
            case 's': seconds = share(optarg, "seconds", 1e6); break;
            case 'e': exporter_count = (uint32_t) number(optarg, "exporters", 1, MAX_EXPORTERS); break;
            case 'f': first = ntohl(address(optarg).s_addr); break;
            case 'c': records = (int) number(optarg, "records", 1, MAX_RECORDS); break;
            case 'T': templates = (int) number(optarg, "templates", 1, MAX_TEMPLATES); break;
            case 'i': template_interval = number(optarg, "template-interval", 1, UINT32_MAX); break;
            case 'd': domain = (uint32_t) number(optarg, "domain", 0, UINT32_MAX); break;
            case 'S': sampling = (uint32_t) number(optarg, "sampling", 1, UINT32_MAX); break;
            case 'L': shares.lost = share(optarg, "lost", 1); break;
            case 'R': shares.reordered = share(optarg, "reordered", 1); break;
            case 'D': shares.duplicated = share(optarg, "duplicated", 1); break;
            case 'x': seed = number(optarg, "seed", 0, UINT64_MAX); break;
            case 'P': per_exporter = 1; break;
            case 'h': fputs(HELP, stdout); return 0;
            default: return 2;
        }
    }
    if (!have_protocol || !have_to || optind < argc) {
        refuse("--protocol and --to are needed, and nothing but options");
    }
    if (shares.lost + shares.reordered + shares.duplicated > 1) {
        refuse("--lost, --reordered and --duplicated are more than 1 together");
    }
    check_sizes();
    int has_templates = protocol == V9 || protocol == IPFIX;
    templates = has_templates ? templates : 1;
    random_state = seed;
    make_all();
    exporters = calloc(exporter_count, sizeof *exporters);
    if (!exporters) {
        fail("memory");
    }
    for (uint32_t i = 0; i < exporter_count; i++) {
        exporters[i].address = first + i;
    }
    descriptor = socket(AF_INET, SOCK_DGRAM, 0);
    if (descriptor < 0) {
        fail("no UDP socket");
    }
    prepare(&to);
    began_nanos = nanos(CLOCK_MONOTONIC);
    uint64_t done = 0, behind = 0;
    uint32_t turn = 0;
    int ends = 0;
    while (!ends) {
        uint64_t due = wait_for_due(rate, done, &behind);
        if (seconds > 0 ? (double) (uptime_ms - UPTIME_AT_START_MS) >= seconds * 1000 : done >= limit) {
            break;
        }
        for (; due > 0 && !ends; due--) {
            struct exporter *e = &exporters[turn];
            turn = turn + 1 == exporter_count ? 0 : turn + 1;
            if (queued + MAX_STEP + 1 > BATCH) {
                flush();
            }
            if (has_templates && e->numbered % template_interval == 0) {
                queue_templates(e);
            }
            step(e, &shares);
            done++;
            ends = seconds <= 0 && done >= limit;
        }
        flush();
    }
    for (uint32_t i = 0; i < exporter_count; i++) {
        if (queued + 1 > BATCH) {
            flush();
        }
        queue_held(&exporters[i]);
    }
    flush();
    print_counts((double) (nanos(CLOCK_MONOTONIC) - began_nanos) / 1e9, behind, exporter_count, per_exporter);
    return 0;
}
