package io.weir.topology.sflow;

import java.util.ArrayList;
import java.util.List;

/** Flow records, see {@link SflowStructures}. */
final class FlowStructures {
    private static final String V5 = "sflow_version_5.txt";
    private static final String WLAN = "sflow_80211.txt";
    private static final String OPENFLOW_DRAFT = "draft-sflow-openflow.txt";
    private static final String FIBRE_CHANNEL = "RFC 4625, sFlow list";
    private static final String QUEUES = "sFlow list, queue lengths";
    private static final String NAT_PORTS = "sflow_pnat.txt";
    private static final String TUNNELS = "sflow_tunnels.txt";
    private static final String INFINIBAND = "draft_sflow_infiniband_2.txt";
    private static final String VLANS = "sFlow list, 0199";
    private static final String DROPS = "sflow_drops.txt";
    private static final String TRANSIT = "sflow_transit.txt";
    private static final String HOST_SFLOW = "host-sflow, sflow.h";
    private static final String TRANSACTIONS = "sFlow list, 0282";
    private static final String HOST = "sflow_host.txt";
    private static final String HTTP = "sflow_http.txt";
    private static final String HTTP_DRAFT = "sFlow list, HTTP";
    private static final String MEMCACHE = "sflow_memcache.txt";
    private static final String APPLICATION = "sflow_application.txt";
    private static final String NAVIGATION = "sFlow list, navigation timing";
    private static final String TCP_INFO = "sFlow list, tcp_info";
    private static final String BUFFERS = "bv-sflow.txt";

    private static final int SFLOW = 0;
    private static final int BROADCOM = 4413;

    private static final String TAG = "TPID in the upper 16 bits, TCI in the lower";
    private static final String LABEL = "label stack entry of RFC 3032";
    private static final String DIRECTION = "1 source, 2 destination";
    private static final String MICROSECONDS = "µs";
    private static final String OCTETS = "octets";

    private final List<Structure> structures = new ArrayList<>();

    private FlowStructures() {}

    static List<Structure> all() {
        FlowStructures table = new FlowStructures();
        table.addPackets();
        table.addSwitching();
        table.addMpls();
        table.addWireless();
        table.addOtherNetworks();
        table.addTunnels();
        table.addQueuesAndDrops();
        table.addTransactions();
        table.addSockets();
        table.addApplications();
        table.add(BROADCOM, 1, "extended_bst_egress_queue", BUFFERS, fields().u32("queue"));
        return table.structures;
    }

    private void addPackets() {
        add(
                1,
                "sampled_header",
                V5,
                fields().u32("protocol", "header protocol")
                        .u32("frameLength", "octets, with FCS")
                        .u32("stripped", OCTETS)
                        .opaque("header", "first octets of the packet"));
        add(2, "sampled_ethernet", V5, ethernet());
        add(3, "sampled_ipv4", V5, ipv4());
        add(4, "sampled_ipv6", V5, ipv6());
    }

    private void addSwitching() {
        add(1001, "extended_switch", V5, fields().counters("srcVlan", "srcPriority", "dstVlan", "dstPriority"));
        add(
                1002,
                "extended_router",
                V5,
                fields().address("nextHop").u32("srcMaskLen", "bits").u32("dstMaskLen", "bits"));
        add(
                1003,
                "extended_gateway",
                V5,
                fields().address("nextHop")
                        .numbers("as", "srcAs", "srcPeerAs")
                        .array("dstAsPath", segment -> segment.u32("segmentType", "1 set, 2 sequence")
                                .words("asNumbers", "asNumber", ""))
                        .words("communities", "community", "")
                        .u32("localpref"));
        add(
                1004,
                "extended_user",
                V5,
                fields().gauge("srcCharset", "MIBenum of RFC 2978")
                        .strings("srcUser")
                        .gauge("dstCharset", "MIBenum of RFC 2978")
                        .strings("dstUser"));
        add(1005, "extended_url", V5, fields().u32("direction", DIRECTION).strings("url", "host"));
        add(1007, "extended_nat", V5, fields().address("srcAddress", "dstAddress"));
        add(1012, "extended_vlantunnel", V5, fields().words("stack", "tag", TAG));
        add(1020, "extended_nat_port", NAT_PORTS, fields().numbers("srcPort", "dstPort"));
        add(1034, "extended_vlanin", VLANS, fields().words("stack", "tag", TAG));
        add(1035, "extended_vlanout", VLANS, fields().words("stack", "tag", TAG));
    }

    private void addMpls() {
        add(
                1006,
                "extended_mpls",
                V5,
                fields().address("nextHop").words("inStack", "label", LABEL).words("outStack", "label", LABEL));
        add(1008, "extended_mpls_tunnel", V5, fields().strings("tunnelLspName").numbers("tunnelId", "tunnelCos"));
        add(1009, "extended_mpls_vc", V5, fields().strings("vcInstanceName").numbers("vllVcId", "vcLabelCos"));
        add(1010, "extended_mpls_FTN", V5, fields().strings("mplsFtnDescr").u32("mplsFtnMask"));
        add(1011, "extended_mpls_LDP_FEC", V5, fields().u32("mplsFecAddrPrefixLength", "bits"));
    }

    private void addWireless() {
        add(
                1013,
                "extended_80211_payload",
                WLAN,
                fields().u32("ciphersuite", "OUI and suite type").opaque("data", "decrypted octets"));
        add(
                1014,
                "extended_80211_rx",
                WLAN,
                fields().string("ssid", 32)
                        .mac("bssid")
                        .u32("version", "1 a, 2 b, 3 g, 4 n")
                        .u32("channel")
                        .u64("speed", "bit/s")
                        .numbers("rsni", "rcpi")
                        .u32("packetDuration", MICROSECONDS));
        add(
                1015,
                "extended_80211_tx",
                WLAN,
                fields().string("ssid", 32)
                        .mac("bssid")
                        .u32("version", "1 a, 2 b, 3 g, 4 n")
                        .gauge("transmissions", "")
                        .u32("packetDuration", MICROSECONDS)
                        .u32("retransDuration", MICROSECONDS)
                        .u32("channel")
                        .u64("speed", "bit/s")
                        .u32("power", "mW"));
        add(1016, "extended_80211_aggregation", WLAN, fields().array("pdus", pdu -> pdu.records("flowRecords")));
    }

    private void addOtherNetworks() {
        add(
                1017,
                "extended_openflow_v1",
                OPENFLOW_DRAFT,
                fields().u64("flowCookie", "")
                        .u32("flowMatch", "bits of wildcards")
                        .u32("flowActions", "bits of actions"));
        add(
                1018,
                "extended_fc",
                FIBRE_CHANNEL,
                fields().u32("srcMaskLen", "bits").u32("dstMaskLen", "bits").numbers("nextHop", "metric"));
        add(
                1031,
                "extended_ib_lrh",
                INFINIBAND,
                fields().numbers("srcVl", "srcSl", "srcDlid", "srcSlid", "srcLnh")
                        .numbers("dstVl", "dstSl", "dstDlid", "dstSlid", "dstLnh"));
        add(
                1032,
                "extended_ib_grh",
                INFINIBAND,
                fields().numbers("flowLabel", "tc").ipv6("sGid", "dGid").numbers("nextHeader", "length"));
        add(1033, "extended_ib_bth", INFINIBAND, fields().numbers("pkey", "dstQp", "opcode"));
    }

    private void addTunnels() {
        add(1021, "extended_L2_tunnel_egress", TUNNELS, ethernet());
        add(1022, "extended_L2_tunnel_ingress", TUNNELS, ethernet());
        add(1023, "extended_ipv4_tunnel_egress", TUNNELS, ipv4());
        add(1024, "extended_ipv4_tunnel_ingress", TUNNELS, ipv4());
        add(1025, "extended_ipv6_tunnel_egress", TUNNELS, ipv6());
        add(1026, "extended_ipv6_tunnel_ingress", TUNNELS, ipv6());
        add(1027, "extended_decapsulate_egress", TUNNELS, fields().u32("innerHeaderOffset", OCTETS));
        add(1028, "extended_decapsulate_ingress", TUNNELS, fields().u32("innerHeaderOffset", OCTETS));
        add(1029, "extended_vni_egress", TUNNELS, fields().u32("vni"));
        add(1030, "extended_vni_ingress", TUNNELS, fields().u32("vni"));
    }

    private void addQueuesAndDrops() {
        add(1019, "extended_queue_length", QUEUES, fields().u32("queueIndex").u32("queueLength", "segments"));
        add(1036, "extended_egress_queue", DROPS, fields().u32("queue"));
        add(
                1037,
                "extended_acl",
                DROPS,
                fields().u32("number").strings("name").gauge("direction", "1 ingress, 2 egress"));
        add(1038, "extended_function", DROPS, fields().strings("symbol"));
        add(1039, "extended_transit", TRANSIT, fields().u32("delay", "ns, all ones for that or more"));
        add(1040, "extended_queue", TRANSIT, fields().u32("depth", OCTETS));
        add(1041, "extended_hw_trap", HOST_SFLOW, fields().strings("group", "trap"));
        add(1042, "extended_linux_drop_reason", HOST_SFLOW, fields().strings("reason"));
        add(1043, "extended_timestamp", HOST_SFLOW, fields().u64("nanoseconds", "ns since 1970"));
    }

    private void addTransactions() {
        add(
                2000,
                "transaction",
                TRANSACTIONS,
                fields().u32("direction", "1 client, 2 server")
                        .u32("wait", MICROSECONDS)
                        .u32("duration", MICROSECONDS)
                        .u32("status", "0 succeeded, 1 failed, 2 out of memory, 3 timeout, 4 not permitted")
                        .u64("bytesReceived", OCTETS)
                        .u64("bytesSent", OCTETS));
        add(
                2001,
                "extended_nfs_storage_transaction",
                TRANSACTIONS,
                fields().opaque("path", "UTF-8").u32("operation").u32("status", "nfsstat4"));
        add(2002, "extended_scsi_storage_transaction", TRANSACTIONS, fields().numbers("lun", "operation", "status"));
        add(
                2003,
                "extended_http_transaction",
                TRANSACTIONS,
                fields().strings("url", "host", "referer", "useragent", "user").u32("status"));
    }

    private void addSockets() {
        add(2100, "extended_socket_ipv4", HOST, socket(fields().u32("protocol").ipv4("localIp", "remoteIp")));
        add(2101, "extended_socket_ipv6", HOST, socket(fields().u32("protocol").ipv6("localIp", "remoteIp")));
        add(
                2102,
                "extended_proxy_socket_ipv4",
                HTTP,
                socket(fields().u32("protocol").ipv4("localIp", "remoteIp")));
        add(
                2103,
                "extended_proxy_socket_ipv6",
                HTTP,
                socket(fields().u32("protocol").ipv6("localIp", "remoteIp")));
        add(
                2209,
                "extended_tcp_info",
                TCP_INFO,
                fields().gauge("direction", "1 received, 2 sent")
                        .u32("sndMss", OCTETS)
                        .u32("rcvMss", OCTETS)
                        .numbers("unacked", "lost", "retrans")
                        .u32("pmtu", OCTETS)
                        .u32("rtt", MICROSECONDS)
                        .u32("rttvar", MICROSECONDS)
                        .u32("sndCwnd", "segments")
                        .u32("reordering")
                        .u32("minRtt", MICROSECONDS));
        add(
                2210,
                "extended_entities",
                HOST_SFLOW,
                fields().numbers("srcDsClass", "srcDsIndex", "dstDsClass", "dstDsIndex"));
    }

    private void addApplications() {
        add(
                2200,
                "memcache_operation",
                MEMCACHE,
                fields().u32("protocol", "1 ASCII, 2 binary")
                        .u32("cmd")
                        .string("key", 255)
                        .u32("nkeys")
                        .u32("valueBytes", OCTETS)
                        .u32("duration", MICROSECONDS)
                        .u32("status"));
        add(
                2201,
                "http_request (old)",
                HTTP_DRAFT,
                exchange(fields().u32("method")
                        .string("uri", 255)
                        .string("host", 32)
                        .string("referer", 255)
                        .string("useragent", 64)
                        .string("xff", 64)
                        .string("authuser", 32)
                        .string("mimeType", 32)));
        add(2202, "app_operation", APPLICATION, exchange(context().string("statusDescr", 64)));
        add(2203, "app_parent_context", APPLICATION, context());
        add(2204, "app_initiator", APPLICATION, fields().string("actor", 64));
        add(2205, "app_target", APPLICATION, fields().string("actor", 64));
        add(
                2206,
                "http_request",
                HTTP,
                exchange(fields().u32("method")
                        .u32("protocol", "major version times 1000 plus minor")
                        .string("uri", 255)
                        .string("host", 64)
                        .string("referer", 255)
                        .string("useragent", 128)
                        .string("xff", 64)
                        .string("authuser", 32)
                        .string("mimeType", 64)));
        add(2207, "extended_proxy_request", HTTP, fields().string("uri", 255).string("host", 64));
        add(
                2208,
                "extended_nav_timing",
                NAVIGATION,
                fields().numbers("type", "redirectCount")
                        .gauges("navigationStart", "unloadEventStart", "unloadEventEnd", "redirectStart", "redirectEnd")
                        .gauges("fetchStart", "domainLookupStart", "domainLookupEnd", "connectStart", "connectEnd")
                        .gauges("secureConnectionStart", "requestStart", "responseStart", "responseEnd")
                        .gauges("domLoading", "domInteractive")
                        .gauges("domContentLoadedEventStart", "domContentLoadedEventEnd", "domComplete")
                        .gauges("loadEventStart", "loadEventEnd"));
    }

    private static StructureBuilder fields() {
        return new StructureBuilder();
    }

    private static StructureBuilder ethernet() {
        return fields().u32("length", OCTETS).mac("srcMac", "dstMac").u32("type", "EtherType");
    }

    private static StructureBuilder ipv4() {
        return fields().u32("length", "octets of IP")
                .u32("protocol")
                .ipv4("srcIp", "dstIp")
                .numbers("srcPort", "dstPort", "tcpFlags", "tos");
    }

    private static StructureBuilder ipv6() {
        return fields().u32("length", "octets of IP")
                .u32("protocol")
                .ipv6("srcIp", "dstIp")
                .numbers("srcPort", "dstPort", "tcpFlags", "priority");
    }

    private static StructureBuilder socket(StructureBuilder addresses) {
        return addresses.numbers("localPort", "remotePort");
    }

    private static StructureBuilder context() {
        return fields().string("application", 32).string("operation", 32).string("attributes", 255);
    }

    private static StructureBuilder exchange(StructureBuilder request) {
        return request.u64("reqBytes", OCTETS)
                .u64("respBytes", OCTETS)
                .u32("duration", MICROSECONDS)
                .i32("status", "");
    }

    private void add(int format, String name, String source, StructureBuilder fields) {
        add(SFLOW, format, name, source, fields);
    }

    private void add(int enterprise, int format, String name, String source, StructureBuilder fields) {
        structures.add(fields.build(false, enterprise, format, name, source));
    }
}
