package io.weir.topology.sflow;

import java.util.ArrayList;
import java.util.List;

/** Counter records, see {@link SflowStructures}. */
final class CounterStructures {
    private static final String V5 = "sflow_version_5.txt";
    private static final String WLAN = "sflow_80211.txt";
    private static final String LAG = "sflow_lag.txt";
    private static final String SLOW_PATH = "sFlow list, slow path";
    private static final String INFINIBAND = "draft_sflow_infiniband_2.txt";
    private static final String OPTICS = "sflow_optics.txt";
    private static final String SFLOWTOOL = "sflowtool, sflow.h";
    private static final String QUEUES = "sFlow list, queue lengths";
    private static final String OPENFLOW = "sflow_openflow.txt";
    private static final String HOST = "sflow_host.txt";
    private static final String HOST_IP = "sflow_host_ip.txt";
    private static final String JVM = "sflow_jvm.txt";
    private static final String MEMCACHE = "sflow_memcache.txt";
    private static final String HTTP = "sflow_http.txt";
    private static final String APPLICATION = "sflow_application.txt";
    private static final String ENERGY = "sFlow list, energy management";
    private static final String BUFFERS = "bv-sflow.txt";
    private static final String TABLES = "sflow_broadcom_tables.txt";
    private static final String NVML = "sflow_nvml.txt";

    private static final int SFLOW = 0;
    private static final int BROADCOM = 4413;
    private static final int NVIDIA = 5703;

    private static final String OCTETS = "octets";
    private static final String MILLISECONDS = "ms";
    private static final String MICROWATTS = "µW";
    private static final String NANOMETRES = "nm";

    private final List<Structure> structures = new ArrayList<>();

    private CounterStructures() {}

    static List<Structure> all() {
        CounterStructures table = new CounterStructures();
        table.addInterfaces();
        table.addOtherInterfaces();
        table.addModules();
        table.addSwitches();
        table.addHost();
        table.addMib2();
        table.addVirtual();
        table.addJava();
        table.addMemcache();
        table.addApplications();
        table.addEnvironment();
        table.addVendors();
        return table.structures;
    }

    private void addInterfaces() {
        add(
                1,
                "if_counters",
                V5,
                fields().u32("ifIndex")
                        .u32("ifType", "IANAifType")
                        .gauge64("ifSpeed", "bit/s")
                        .gauge("ifDirection", "1 full duplex, 2 half duplex, 3 in, 4 out")
                        .u32("ifStatus", "bit 0 admin up, bit 1 oper up")
                        .counter64("ifInOctets", OCTETS)
                        .counters("ifInUcastPkts", "ifInMulticastPkts", "ifInBroadcastPkts", "ifInDiscards")
                        .counters("ifInErrors", "ifInUnknownProtos")
                        .counter64("ifOutOctets", OCTETS)
                        .counters("ifOutUcastPkts", "ifOutMulticastPkts", "ifOutBroadcastPkts", "ifOutDiscards")
                        .counters("ifOutErrors")
                        .gauge("ifPromiscuousMode", "1 true, 2 false"));
        add(
                2,
                "ethernet_counters",
                V5,
                fields().counters("dot3StatsAlignmentErrors", "dot3StatsFCSErrors", "dot3StatsSingleCollisionFrames")
                        .counters("dot3StatsMultipleCollisionFrames", "dot3StatsSQETestErrors")
                        .counters("dot3StatsDeferredTransmissions", "dot3StatsLateCollisions")
                        .counters("dot3StatsExcessiveCollisions", "dot3StatsInternalMacTransmitErrors")
                        .counters("dot3StatsCarrierSenseErrors", "dot3StatsFrameTooLongs")
                        .counters("dot3StatsInternalMacReceiveErrors", "dot3StatsSymbolErrors"));
        add(
                5,
                "vlan_counters",
                V5,
                fields().u32("vlanId")
                        .counter64("octets", OCTETS)
                        .counters("ucastPkts", "multicastPkts", "broadcastPkts", "discards"));
        add(
                7,
                "lag_port_stats",
                LAG,
                fields().mac("dot3adAggPortActorSystemID", "dot3adAggPortPartnerOperSystemID")
                        .u32("dot3adAggPortAttachedAggID", "ifIndex of the LAG")
                        .u8("actorAdminPortState", "actorOperPortState")
                        .u8("partnerAdminPortState", "partnerOperPortState")
                        .counters("lacpdusRx", "markerPdusRx", "markerResponsePdusRx", "unknownRx", "illegalRx")
                        .counters("lacpdusTx", "markerPdusTx", "markerResponsePdusTx"));
    }

    private void addOtherInterfaces() {
        add(
                3,
                "tokenring_counters",
                V5,
                fields().counters("dot5StatsLineErrors", "dot5StatsBurstErrors", "dot5StatsACErrors")
                        .counters("dot5StatsAbortTransErrors", "dot5StatsInternalErrors", "dot5StatsLostFrameErrors")
                        .counters("dot5StatsReceiveCongestions", "dot5StatsFrameCopiedErrors", "dot5StatsTokenErrors")
                        .counters("dot5StatsSoftErrors", "dot5StatsHardErrors", "dot5StatsSignalLoss")
                        .counters("dot5StatsTransmitBeacons", "dot5StatsRecoverys", "dot5StatsLobeWires")
                        .counters("dot5StatsRemoves", "dot5StatsSingles", "dot5StatsFreqErrors"));
        add(
                4,
                "vg_counters",
                V5,
                fields().counters("dot12InHighPriorityFrames")
                        .counter64("dot12InHighPriorityOctets", OCTETS)
                        .counters("dot12InNormPriorityFrames")
                        .counter64("dot12InNormPriorityOctets", OCTETS)
                        .counters("dot12InIPMErrors", "dot12InOversizeFrameErrors", "dot12InDataErrors")
                        .counters("dot12InNullAddressedFrames", "dot12OutHighPriorityFrames")
                        .counter64("dot12OutHighPriorityOctets", OCTETS)
                        .counters("dot12TransitionIntoTrainings")
                        .counter64("dot12HCInHighPriorityOctets", OCTETS)
                        .counter64("dot12HCInNormPriorityOctets", OCTETS)
                        .counter64("dot12HCOutHighPriorityOctets", OCTETS));
        add(
                6,
                "ieee80211_counters",
                WLAN,
                fields().counters("dot11TransmittedFragmentCount", "dot11MulticastTransmittedFrameCount")
                        .counters("dot11FailedCount", "dot11RetryCount", "dot11MultipleRetryCount")
                        .counters("dot11FrameDuplicateCount", "dot11RTSSuccessCount", "dot11RTSFailureCount")
                        .counters("dot11ACKFailureCount", "dot11ReceivedFragmentCount")
                        .counters("dot11MulticastReceivedFrameCount", "dot11FCSErrorCount")
                        .counters("dot11TransmittedFrameCount", "dot11WEPUndecryptableCount")
                        .counters("dot11QoSDiscardedFragmentCount", "dot11AssociatedStationCount")
                        .counters("dot11QoSCFPollsReceivedCount", "dot11QoSCFPollsUnusedCount")
                        .counters("dot11QoSCFPollsUnusableCount", "dot11QoSCFPollsLostCount"));
        add(
                9,
                "ib_counters",
                INFINIBAND,
                fields().counter64("portXmitPkts", "packets")
                        .counter64("portRcvPkts", "packets")
                        .counters("symbolErrorCounter", "linkErrorRecoveryCounter", "linkDownedCounter")
                        .counters("portRcvErrors", "portRcvRemotePhysicalErrors", "portRcvSwitchRelayErrors")
                        .counters("portXmitDiscards", "portXmitConstraintErrors", "portRcvConstraintErrors")
                        .counters("localLinkIntegrityErrors", "excessiveBufferOverrunErrors", "vl15Dropped"));
        add(
                1002,
                "radio_utilization",
                WLAN,
                fields().counter("elapsedTime", MILLISECONDS)
                        .counter("onChannelTime", MILLISECONDS)
                        .counter("onChannelBusyTime", MILLISECONDS));
    }

    private void addModules() {
        add(
                10,
                "sfp",
                OPTICS,
                fields().u32("moduleId", "ifIndex of the lowest lane")
                        .gauges("moduleNumLanes")
                        .gauge("moduleSupplyVoltage", "mV")
                        .i32("moduleTemperature", "thousandths of °C")
                        .array("lanes", lane -> lane.u32("index")
                                .gauge("txBiasCurrent", "µA")
                                .gauge("txPower", MICROWATTS)
                                .gauge("txPowerMin", MICROWATTS)
                                .gauge("txPowerMax", MICROWATTS)
                                .gauge("txWavelength", NANOMETRES)
                                .gauge("rxPower", MICROWATTS)
                                .gauge("rxPowerMin", MICROWATTS)
                                .gauge("rxPowerMax", MICROWATTS)
                                .gauge("rxWavelength", NANOMETRES)));
        add(
                11,
                "pfc_counters",
                SFLOWTOOL,
                fields().counters("requests", "indications")
                        .counter("pauseTime", "µs")
                        .counters("stormDetected", "stormRestored"));
    }

    private void addSwitches() {
        add(
                8,
                "slow_path_counts",
                SLOW_PATH,
                fields().counters("unknown", "other", "camMiss", "camFull", "noHwSupport", "cntrl"));
        add(
                1001,
                "processor",
                V5,
                fields().percentages("fiveSecondCpu", "oneMinuteCpu", "fiveMinuteCpu")
                        .gauge64("totalMemory", OCTETS)
                        .gauge64("freeMemory", OCTETS));
        add(
                1003,
                "queue_length",
                QUEUES,
                fields().u32("queueIndex")
                        .u32("segmentSize", OCTETS)
                        .u32("queueSegments", "segments")
                        .counters("queueLength0", "queueLength1", "queueLength2", "queueLength4", "queueLength8")
                        .counters("queueLength32", "queueLength128", "queueLength1024", "queueLengthMore")
                        .counters("dropped"));
        add(1004, "of_port", OPENFLOW, fields().u64("datapathId", "").u32("portNo"));
        add(1005, "port_name", OPENFLOW, fields().string("name", 255));
        add(
                2207,
                "ovs_dp_stats",
                SFLOWTOOL,
                fields().counters("hits", "misses", "lost", "maskHits").gauges("flows", "masks"));
    }

    private void addHost() {
        add(
                2000,
                "host_descr",
                HOST,
                fields().string("hostname", 64)
                        .uuid("uuid")
                        .u32(
                                "machineType",
                                "0 unknown, 1 other, 2 x86, 3 x86_64, 4 ia64, 5 sparc, 6 alpha, 7 powerpc, 8 m68k, 9 mips, 10"
                                        + " arm, 11 hppa, 12 s390")
                        .u32(
                                "osName",
                                "0 unknown, 1 other, 2 linux, 3 windows, 4 darwin, 5 hpux, 6 aix, 7 dragonfly, 8 freebsd, 9 netbsd,"
                                        + " 10 openbsd, 11 osf, 12 solaris")
                        .string("osRelease", 32));
        add(2001, "host_adapters", HOST, fields().array("adapters", adapter -> adapter.u32("ifIndex")
                .array("macAddresses", macs -> macs.mac("macAddress"))));
        add(
                2002,
                "host_parent",
                HOST,
                fields().u32("containerType", "as the source of a sample").u32("containerIndex"));
        add(
                2003,
                "host_cpu",
                HOST,
                fields().f32("loadOne", "loadFive", "loadFifteen")
                        .gauges("procRun", "procTotal", "cpuNum")
                        .gauge("cpuSpeed", "MHz")
                        .gauge("uptime", "s")
                        .counter("cpuUser", MILLISECONDS)
                        .counter("cpuNice", MILLISECONDS)
                        .counter("cpuSystem", MILLISECONDS)
                        .counter("cpuIdle", MILLISECONDS)
                        .counter("cpuWio", MILLISECONDS)
                        .counter("cpuIntr", MILLISECONDS)
                        .counter("cpuSintr", MILLISECONDS)
                        .counters("interrupts", "contexts")
                        .later()
                        .counter("cpuSteal", MILLISECONDS)
                        .counter("cpuGuest", MILLISECONDS)
                        .counter("cpuGuestNice", MILLISECONDS));
        add(
                2004,
                "host_memory",
                HOST,
                fields().gauge64("memTotal", OCTETS)
                        .gauge64("memFree", OCTETS)
                        .gauge64("memShared", OCTETS)
                        .gauge64("memBuffers", OCTETS)
                        .gauge64("memCached", OCTETS)
                        .gauge64("swapTotal", OCTETS)
                        .gauge64("swapFree", OCTETS)
                        .counters("pageIn", "pageOut", "swapIn", "swapOut"));
        add(
                2005,
                "host_disk_io",
                HOST,
                fields().gauge64("diskTotal", OCTETS)
                        .gauge64("diskFree", OCTETS)
                        .percentages("partMaxUsed")
                        .counters("reads")
                        .counter64("bytesRead", OCTETS)
                        .counter("readTime", MILLISECONDS)
                        .counters("writes")
                        .counter64("bytesWritten", OCTETS)
                        .counter("writeTime", MILLISECONDS));
        add(
                2006,
                "host_net_io",
                HOST,
                fields().counter64("bytesIn", OCTETS)
                        .counters("pktsIn", "errsIn", "dropsIn")
                        .counter64("bytesOut", OCTETS)
                        .counters("pktsOut", "errsOut", "dropsOut"));
    }

    private void addMib2() {
        add(
                2007,
                "mib2_ip_group",
                HOST_IP,
                fields().u32("ipForwarding", "1 forwards, 2 does not")
                        .u32("ipDefaultTTL")
                        .counters("ipInReceives", "ipInHdrErrors", "ipInAddrErrors", "ipForwDatagrams")
                        .counters("ipInUnknownProtos", "ipInDiscards", "ipInDelivers", "ipOutRequests")
                        .counters("ipOutDiscards", "ipOutNoRoutes")
                        .u32("ipReasmTimeout", "s")
                        .counters("ipReasmReqds", "ipReasmOKs", "ipReasmFails")
                        .counters("ipFragOKs", "ipFragFails", "ipFragCreates"));
        add(
                2008,
                "mib2_icmp_group",
                HOST_IP,
                fields().counters("icmpInMsgs", "icmpInErrors", "icmpInDestUnreachs", "icmpInTimeExcds")
                        .counters("icmpInParamProbs", "icmpInSrcQuenchs", "icmpInRedirects", "icmpInEchos")
                        .counters("icmpInEchoReps", "icmpInTimestamps", "icmpInAddrMasks", "icmpInAddrMaskReps")
                        .counters("icmpOutMsgs", "icmpOutErrors", "icmpOutDestUnreachs", "icmpOutTimeExcds")
                        .counters("icmpOutParamProbs", "icmpOutSrcQuenchs", "icmpOutRedirects", "icmpOutEchos")
                        .counters("icmpOutEchoReps", "icmpOutTimestamps", "icmpOutTimestampReps")
                        .counters("icmpOutAddrMasks", "icmpOutAddrMaskReps"));
        add(
                2009,
                "mib2_tcp_group",
                HOST_IP,
                fields().u32("tcpRtoAlgorithm", "RFC 4022")
                        .u32("tcpRtoMin", MILLISECONDS)
                        .u32("tcpRtoMax", MILLISECONDS)
                        .i32("tcpMaxConn", "connections, -1 for no fixed maximum")
                        .counters("tcpActiveOpens", "tcpPassiveOpens", "tcpAttemptFails", "tcpEstabResets")
                        .u32("tcpCurrEstab", "connections")
                        .counters("tcpInSegs", "tcpOutSegs", "tcpRetransSegs", "tcpInErrs", "tcpOutRsts")
                        .counters("tcpInCsumErrors"));
        add(
                2010,
                "mib2_udp_group",
                HOST_IP,
                fields().counters("udpInDatagrams", "udpNoPorts", "udpInErrors", "udpOutDatagrams")
                        .counters("udpRcvbufErrors", "udpSndbufErrors", "udpInCsumErrors"));
    }

    private void addVirtual() {
        add(
                2100,
                "virt_node",
                HOST,
                fields().gauge("mhz", "MHz")
                        .gauges("cpus")
                        .gauge64("memory", OCTETS)
                        .gauge64("memoryFree", OCTETS)
                        .gauges("numDomains"));
        add(
                2101,
                "virt_cpu",
                HOST,
                fields().u32("state", "virDomainState")
                        .counter("cpuTime", MILLISECONDS)
                        .gauges("nrVirtCpu"));
        add(2102, "virt_memory", HOST, fields().gauge64("memory", OCTETS).gauge64("maxMemory", OCTETS));
        add(
                2103,
                "virt_disk_io",
                HOST,
                fields().gauge64("capacity", OCTETS)
                        .gauge64("allocation", OCTETS)
                        .gauge64("available", OCTETS)
                        .counters("rdReq")
                        .counter64("rdBytes", OCTETS)
                        .counters("wrReq")
                        .counter64("wrBytes", OCTETS)
                        .counters("errs"));
        add(
                2104,
                "virt_net_io",
                HOST,
                fields().counter64("rxBytes", OCTETS)
                        .counters("rxPackets", "rxErrs", "rxDrop")
                        .counter64("txBytes", OCTETS)
                        .counters("txPackets", "txErrs", "txDrop"));
    }

    private void addJava() {
        add(
                2105,
                "jvm_runtime",
                JVM,
                fields().string("vmName", 64).string("vmVendor", 32).string("vmVersion", 32));
        add(
                2106,
                "jvm_statistics",
                JVM,
                fields().gauge64("heapInitial", OCTETS)
                        .gauge64("heapUsed", OCTETS)
                        .gauge64("heapCommitted", OCTETS)
                        .gauge64("heapMax", OCTETS)
                        .gauge64("nonHeapInitial", OCTETS)
                        .gauge64("nonHeapUsed", OCTETS)
                        .gauge64("nonHeapCommitted", OCTETS)
                        .gauge64("nonHeapMax", OCTETS)
                        .counters("gcCount")
                        .counter("gcTime", MILLISECONDS)
                        .gauges("classesLoaded")
                        .counters("classesTotal", "classesUnloaded")
                        .counter("compilationTime", MILLISECONDS)
                        .gauges("threadNumLive", "threadNumDaemon")
                        .counters("threadNumStarted")
                        .later()
                        .gauges("fdOpenCount", "fdMaxCount"));
    }

    private void addMemcache() {
        add(
                2200,
                "memcache_counters (old)",
                MEMCACHE,
                fields().gauge("uptime", "s")
                        .counter("rusageUser", MILLISECONDS)
                        .counter("rusageSystem", MILLISECONDS)
                        .gauges("currConnections")
                        .counters("totalConnections")
                        .gauges("connectionStructures")
                        .counters("cmdGet", "cmdSet", "cmdFlush", "getHits", "getMisses", "deleteMisses", "deleteHits")
                        .counters("incrMisses", "incrHits", "decrMisses", "decrHits", "casMisses", "casHits")
                        .counters("casBadval", "authCmds", "authErrors")
                        .counter64("bytesRead", OCTETS)
                        .counter64("bytesWritten", OCTETS)
                        .gauge("limitMaxbytes", OCTETS)
                        .gauges("acceptingConns")
                        .counters("listenDisabledNum")
                        .gauges("threads")
                        .counters("connYields")
                        .gauge64("bytes", OCTETS)
                        .gauges("currItems")
                        .counters("totalItems", "evictions"));
        add(
                2204,
                "memcache_counters",
                MEMCACHE,
                fields().counters(
                                "cmdSet", "cmdTouch", "cmdFlush", "getHits", "getMisses", "deleteHits", "deleteMisses")
                        .counters("incrHits", "incrMisses", "decrHits", "decrMisses", "casHits", "casMisses")
                        .counters("casBadval", "authCmds", "authErrors")
                        .gauges("threads")
                        .counters("connYields", "listenDisabledNum")
                        .gauges("currConnections")
                        .counters("rejectedConnections", "totalConnections")
                        .gauges("connectionStructures")
                        .counters("evictions", "reclaimed")
                        .gauges("currItems")
                        .counters("totalItems")
                        .counter64("bytesRead", OCTETS)
                        .counter64("bytesWritten", OCTETS)
                        .gauge64("bytes", OCTETS)
                        .gauge64("limitMaxbytes", OCTETS));
    }

    private void addApplications() {
        add(
                2201,
                "http_counters",
                HTTP,
                fields().counters("methodOptionCount", "methodGetCount", "methodHeadCount", "methodPostCount")
                        .counters("methodPutCount", "methodDeleteCount", "methodTraceCount", "methodConnectCount")
                        .counters("methodOtherCount", "status1xxCount", "status2xxCount", "status3xxCount")
                        .counters("status4xxCount", "status5xxCount", "statusOtherCount"));
        add(
                2202,
                "app_operations",
                APPLICATION,
                fields().string("application", 32)
                        .counters("success", "other", "timeout", "internalError", "badRequest", "forbidden", "tooLarge")
                        .counters("notImplemented", "notFound", "unavailable", "unauthorized"));
        add(
                2203,
                "app_resources",
                APPLICATION,
                fields().counter("userTime", MILLISECONDS)
                        .counter("systemTime", MILLISECONDS)
                        .gauge64("memUsed", OCTETS)
                        .gauge64("memMax", OCTETS)
                        .gauges("fdOpen", "fdMax", "connOpen", "connMax"));
        add(
                2205,
                "vdi_counters",
                SFLOWTOOL,
                fields().gauges("sessionsCurrent")
                        .counters("sessionsTotal")
                        .counter("sessionsDuration", "s")
                        .counter("rxBytes", OCTETS)
                        .counter("txBytes", OCTETS)
                        .counters("rxPackets", "txPackets", "rxPacketsLost", "txPacketsLost")
                        .gauge("rttMin", MILLISECONDS)
                        .gauge("rttMax", MILLISECONDS)
                        .gauge("rttAvg", MILLISECONDS)
                        .counter("audioRxBytes", OCTETS)
                        .counter("audioTxBytes", OCTETS)
                        .gauge("audioTxLimit", "bit/s")
                        .counter("imgRxBytes", OCTETS)
                        .counter("imgTxBytes", OCTETS)
                        .counters("imgFrames")
                        .gauges("imgQualMin", "imgQualMax", "imgQualAvg")
                        .counter("usbRxBytes", OCTETS)
                        .counter("usbTxBytes", OCTETS));
        add(
                2206,
                "app_workers",
                APPLICATION,
                fields().gauges("workersActive", "workersIdle", "workersMax").counters("reqDelayed", "reqDropped"));
    }

    private void addEnvironment() {
        add(
                3000,
                "energy",
                ENERGY,
                fields().gauge("voltage", "mV")
                        .gauge("current", "mA")
                        .gauge("realPower", "mW")
                        .percentages("powerFactor")
                        .counter("energy", "mJ")
                        .counters("errors"));
        add(
                3001,
                "temperature",
                ENERGY,
                fields().i32("minimum", "°C").i32("maximum", "°C").counters("errors"));
        add(3002, "humidity", ENERGY, fields().percentages("relative"));
        add(3003, "fans", ENERGY, fields().gauges("total", "failed").percentages("speed"));
    }

    private void addVendors() {
        add(BROADCOM, 1, "bst_device_buffers", BUFFERS, fields().percentages("ucPc", "mcPc"));
        add(
                BROADCOM,
                2,
                "bst_port_buffers",
                BUFFERS,
                fields().percentages("ingressUcPc", "ingressMcPc", "egressUcPc", "egressMcPc")
                        .array("egressQueueUcPc", queue -> queue.percentages("ucPc"))
                        .array("egressQueueMcPc", queue -> queue.percentages("mcPc")));
        add(
                BROADCOM,
                3,
                "hw_tables",
                TABLES,
                fields().numbers("hostEntries", "hostEntriesMax", "ipv4Entries", "ipv4EntriesMax")
                        .numbers("ipv6Entries", "ipv6EntriesMax", "ipv4Ipv6Entries", "ipv4Ipv6EntriesMax")
                        .numbers("longIpv6Entries", "longIpv6EntriesMax", "totalRoutes", "totalRoutesMax")
                        .numbers("ecmpNexthops", "ecmpNexthopsMax", "macEntries", "macEntriesMax")
                        .numbers("ipv4Neighbors", "ipv6Neighbors", "ipv4Routes", "ipv6Routes")
                        .numbers("aclIngressEntries", "aclIngressEntriesMax")
                        .numbers("aclIngressCounters", "aclIngressCountersMax")
                        .numbers("aclIngressMeters", "aclIngressMetersMax")
                        .numbers("aclIngressSlices", "aclIngressSlicesMax")
                        .numbers("aclEgressEntries", "aclEgressEntriesMax")
                        .numbers("aclEgressCounters", "aclEgressCountersMax")
                        .numbers("aclEgressMeters", "aclEgressMetersMax")
                        .numbers("aclEgressSlices", "aclEgressSlicesMax"));
        add(
                NVIDIA,
                1,
                "nvidia_gpu",
                NVML,
                fields().u32("deviceCount", "devices")
                        .u32("processes")
                        .counter("gpuTime", MILLISECONDS)
                        .counter("memTime", MILLISECONDS)
                        .u64("memTotal", OCTETS)
                        .u64("memFree", OCTETS)
                        .counters("eccErrors")
                        .counter("energy", "mJ")
                        .u32("temperature", "°C")
                        .u32("fanSpeed", "%"));
    }

    private static StructureBuilder fields() {
        return new StructureBuilder();
    }

    private void add(int format, String name, String source, StructureBuilder fields) {
        add(SFLOW, format, name, source, fields);
    }

    private void add(int enterprise, int format, String name, String source, StructureBuilder fields) {
        structures.add(fields.build(true, enterprise, format, name, source));
    }
}
