package io.weir.app.pipeline;

import static io.weir.testing.Commands.must;
import static io.weir.testing.Commands.output;
import static io.weir.testing.Commands.run;

import io.weir.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/**
 * Open vSwitch with a database, sockets and a network namespace of its own, without the kernel's help. Its bridge {@code br0} has two ports,
 * {@link #LEFT} and {@link #RIGHT}, with a host in a namespace each, on which nothing speaks by itself; what the switch exports goes out of
 * its interface {@code eth0} to a collector in a fourth namespace.
 *
 * <pre>
 * host 10.77.0.1 ── left ┌────────┐ right ── host 10.77.0.2
 *                        │  br0   │
 *                        └────────┘ eth0 192.0.2.20 ── collector 192.0.2.10
 * </pre>
 *
 * <p>The test that asks for one where there cannot be one is skipped.
 */
final class OpenVswitch implements AutoCloseable {

    static final String LEFT = "left";
    static final String RIGHT = "right";
    static final String LEFT_ADDRESS = "10.77.0.1";
    static final String RIGHT_ADDRESS = "10.77.0.2";

    /** Of the switch, where it exports from. */
    static final String SWITCH_ADDRESS = "192.0.2.20";

    static final String COLLECTOR_ADDRESS = "192.0.2.10";

    private static final String BRIDGE = "br0";

    // None that is an ifIndex, too.
    private static final int LEFT_OPENFLOW_PORT = 11;
    private static final int RIGHT_OPENFLOW_PORT = 12;
    private static final String LEFT_MAC = "02:00:00:00:00:01";
    private static final String RIGHT_MAC = "02:00:00:00:00:02";
    private static final Path SCHEMA = Path.of("/usr/share/openvswitch/vswitch.ovsschema");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Pattern PORT_COUNTERS = Pattern.compile(
            "rx pkts=(\\d+), bytes=(\\d+), drop=(\\d+).*tx pkts=(\\d+), bytes=(\\d+), drop=(\\d+)", Pattern.DOTALL);

    /** What a port has received and sent, frames with their Ethernet header and without FCS. */
    record PortCounters(long receivedPackets, long receivedOctets, long sentPackets, long sentOctets) {}

    private final String prefix = "weiro-" + ProcessHandle.current().pid() + "-";
    private final Path directory;
    private final List<Process> daemons = new ArrayList<>();
    private final List<String> namespaces = new ArrayList<>();

    private OpenVswitch(Path directory) {
        this.directory = directory;
    }

    /** @param directory for its database, sockets and logs; empty */
    static OpenVswitch start(Path directory) throws Exception {
        for (String program : List.of("ip", "ethtool", "ping", "ovsdb-tool", "ovs-vswitchd")) {
            Assumptions.assumeTrue(run("sh", "-c", "command -v " + program), "no program " + program);
        }
        Assumptions.assumeTrue(Files.exists(SCHEMA), "no schema of Open vSwitch at " + SCHEMA);
        OpenVswitch started = new OpenVswitch(directory);
        try {
            Assumptions.assumeTrue(started.addNamespace("switch"), "no network namespace can be made");
            started.network();
            started.daemons();
            return started;
        } catch (Exception | Error e) {
            started.close();
            throw e;
        }
    }

    private boolean addNamespace(String name) throws InterruptedException {
        namespaces.add(namespace(name));
        return run("ip", "netns", "add", namespace(name))
                && run("ip", "-n", namespace(name), "link", "set", "lo", "up");
    }

    private String namespace(String name) {
        return prefix + name;
    }

    /** Where the host at a port is. */
    String hostNamespace(String port) {
        return namespace(port);
    }

    /** Where {@link #COLLECTOR_ADDRESS} is. */
    String collectorNamespace() {
        return namespace("collector");
    }

    private void network() throws Exception {
        for (String name : List.of(LEFT, RIGHT, "collector")) {
            Assumptions.assumeTrue(addNamespace(name), "no network namespace can be made");
        }
        connect(LEFT, LEFT);
        connect(RIGHT, RIGHT);
        connect("eth0", "collector");
        host(LEFT, LEFT_ADDRESS, LEFT_MAC, RIGHT_ADDRESS, RIGHT_MAC);
        host(RIGHT, RIGHT_ADDRESS, RIGHT_MAC, LEFT_ADDRESS, LEFT_MAC);
        must("ip", "-n", namespace("switch"), "addr", "add", SWITCH_ADDRESS + "/24", "dev", "eth0");
        must("ip", "-n", namespace("collector"), "addr", "add", COLLECTOR_ADDRESS + "/24", "dev", "eth0");
    }

    /** An interface of the switch's namespace with {@code eth0} of another as its other end. No packet is more than one on the wire. */
    private void connect(String device, String other) throws Exception {
        String here = namespace("switch");
        String there = namespace(other);
        must("ip", "-n", here, "link", "add", device, "type", "veth", "peer", "name", "eth0", "netns", there);
        for (String[] end : new String[][] {{here, device}, {there, "eth0"}}) {
            // Checksums that are left to the hardware are never made in a switch that runs as a program.
            must("ip", "netns", "exec", end[0], "ethtool", "-K", end[1], "tx", "off", "tso", "off", "gso", "off");
            must("ip", "-n", end[0], "link", "set", end[1], "addrgenmode", "none");
        }
        must("ip", "-n", here, "link", "set", device, "up");
        must("ip", "-n", there, "link", "set", "eth0", "up");
    }

    private void host(String name, String address, String mac, String peer, String peerMac) throws Exception {
        String host = namespace(name);
        must("ip", "-n", host, "link", "set", "eth0", "address", mac, "arp", "off");
        must("ip", "-n", host, "addr", "add", address + "/24", "dev", "eth0");
        must("ip", "-n", host, "neigh", "add", peer, "lladdr", peerMac, "dev", "eth0");
    }

    private void daemons() throws Exception {
        String database = directory.resolve("conf.db").toString();
        String socket = directory.resolve("db.sock").toString();
        must("ovsdb-tool", "create", database, SCHEMA.toString());
        daemon("ovsdb-server", database, "--remote=punix:" + socket);
        Await.until(PATIENCE, "the database of Open vSwitch", () -> run(vsctl("--no-wait", "init")));
        daemon("ovs-vswitchd", "unix:" + socket);
        must(vsctl("--timeout=30", "add-br", BRIDGE, "--", "set", "Bridge", BRIDGE, "datapath_type=netdev"));
        addPort(LEFT, LEFT_OPENFLOW_PORT);
        addPort(RIGHT, RIGHT_OPENFLOW_PORT);
        // What it knows the way of it does not flood.
        learn(LEFT, LEFT_MAC);
        learn(RIGHT, RIGHT_MAC);
    }

    private void addPort(String port, int openFlowPort) throws InterruptedException {
        String request = "ofport_request=" + openFlowPort;
        must(vsctl("--timeout=30", "add-port", BRIDGE, port, "--", "set", "Interface", port, request));
    }

    private void learn(String port, String mac) throws InterruptedException {
        String control = directory.resolve("ovs-vswitchd.ctl").toString();
        must("ovs-appctl", "--timeout=30", "-t", control, "fdb/add", BRIDGE, port, "0", mac);
    }

    private void daemon(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace("switch"), program));
        command.addAll(List.of(arguments));
        command.add("--unixctl=" + directory.resolve(program + ".ctl"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(program + ".log").toFile());
        builder.environment().put("OVS_RUNDIR", directory.toString());
        daemons.add(builder.start());
    }

    private String[] vsctl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("env", "OVS_RUNDIR=" + directory, "ovs-vsctl"));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    /** Runs a line of the shell that has one of Open vSwitch's commands: it finds this switch. */
    void shell(String line) throws InterruptedException {
        must("env", "OVS_RUNDIR=" + directory, "sh", "-c", line);
    }

    /** Sets columns of the record that a column of the bridge refers to, such as {@code sflow}. */
    void set(String table, String... values) throws InterruptedException {
        String record = output(vsctl("get", "Bridge", BRIDGE, table.toLowerCase(Locale.ROOT)));
        List<String> arguments = new ArrayList<>(List.of("set", table, record));
        arguments.addAll(List.of(values));
        must(vsctl(arguments.toArray(String[]::new)));
    }

    /** By which sFlow and IPFIX name a port. */
    int ifIndex(String port) throws InterruptedException {
        return Integer.parseInt(output(vsctl("get", "Interface", port, "ifindex")));
    }

    /** By which NetFlow names a port. */
    int openFlowPort(String port) {
        return port.equals(LEFT) ? LEFT_OPENFLOW_PORT : RIGHT_OPENFLOW_PORT;
    }

    /** What the switch has counted at a port. */
    PortCounters counters(String port) throws InterruptedException {
        String told = output("env", "OVS_RUNDIR=" + directory, "ovs-ofctl", "dump-ports", BRIDGE, port);
        Matcher counters = PORT_COUNTERS.matcher(told);
        if (!counters.find()
                || !counters.group(3).equals("0")
                || !counters.group(6).equals("0")) {
            throw new AssertionError("no counters, or packets dropped: " + told);
        }
        return new PortCounters(
                Long.parseLong(counters.group(1)),
                Long.parseLong(counters.group(2)),
                Long.parseLong(counters.group(4)),
                Long.parseLong(counters.group(5)));
    }

    @Override
    public void close() throws InterruptedException {
        for (int i = daemons.size() - 1; i >= 0; i--) {
            daemons.get(i).destroy();
            daemons.get(i).waitFor();
        }
        for (String namespace : namespaces) {
            run("ip", "netns", "del", namespace);
        }
    }
}
