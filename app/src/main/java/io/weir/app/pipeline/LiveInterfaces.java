package io.weir.app.pipeline;

import io.weir.app.config.Catalogue;
import io.weir.app.config.Settings;
import io.weir.app.failure.Failure;
import io.weir.app.logging.Messages;
import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.CaptureOpenException.Reason;
import io.weir.collectors.capture.InterfacePattern;
import io.weir.collectors.capture.NetworkNamespace;
import io.weir.collectors.publish.CollectorConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Interfaces that patterns choose: those that are there, and those that come up later. One that goes down or away ends, and is captured
 * from again when it is back.
 */
final class LiveInterfaces implements InputGroup {

    /** Each has a ring and a thread. */
    static final int MAX_INTERFACES = 256;

    private static final long LOOK_MS = 1000;

    /** What patterns of one capture choose, and how it is captured from. */
    private record Selection(Settings settings, List<InterfacePattern> patterns, CollectorConfig config) {}

    private final List<Selection> selections = new ArrayList<>();
    /** Interfaces that are captured from by their names. */
    private final Set<String> taken;

    private final Map<String, CollectorThread> running = new LinkedHashMap<>();
    /** Why an interface or a namespace is not captured from, as it was told. */
    private final Map<String, String> told = new HashMap<>();
    /** Interfaces and namespaces of the last look. */
    private final Set<String> seen = new HashSet<>();

    private CollectorOutlet outlet;
    private Thread watcher;
    private long endedPackets;
    private boolean stopped;

    private LiveInterfaces(Set<String> taken) {
        this.taken = taken;
    }

    /**
     * Those that the settings name by patterns.
     *
     * @throws Failure when a pattern is wrong or this system cannot list its interfaces
     */
    static LiveInterfaces of(List<Settings> captures) {
        Set<String> exact = new TreeSet<>();
        LiveInterfaces interfaces = new LiveInterfaces(exact);
        for (Settings capture : captures) {
            List<InterfacePattern> patterns = capture.get(Catalogue.COLLECTOR_INTERFACES);
            patterns.stream().filter(InterfacePattern::isExact).forEach(pattern -> exact.add(pattern.toString()));
            boolean chooses = patterns.stream().anyMatch(pattern -> !pattern.isExact() && !pattern.excludes());
            if (chooses) {
                interfaces.selections.add(new Selection(capture, patterns, ModuleConfigs.collector(capture)));
            }
        }
        if (!interfaces.isEmpty()) {
            try {
                NetworkNamespace.interfacesUp(null);
            } catch (CaptureOpenException e) {
                throw Failure.failed(e.getMessage(), "", e);
            }
        }
        return interfaces;
    }

    @Override
    public boolean isEmpty() {
        return selections.isEmpty();
    }

    @Override
    public void start(CollectorOutlet outletOfAll) {
        if (isEmpty()) {
            return;
        }
        outlet = outletOfAll;
        look();
        if (running.isEmpty()) {
            Messages.print("weir: no interface fits " + patterns() + " yet; those that come up will be captured from");
        }
        watcher = new Thread(this::watch, "weir-interfaces");
        watcher.setDaemon(true);
        watcher.start();
    }

    private String patterns() {
        List<String> all = new ArrayList<>();
        selections.forEach(selection -> selection.patterns.forEach(pattern -> all.add(pattern.toString())));
        return String.join(", ", all);
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(LOOK_MS);
                lookAgain();
            }
        } catch (InterruptedException e) {
            // Stopped.
            Thread.currentThread().interrupt();
        }
    }

    /** What goes wrong with one look must not end all later ones. */
    private void lookAgain() {
        try {
            look();
        } catch (RuntimeException e) {
            tell("looking", "looking for interfaces failed, it goes on: " + e);
        }
    }

    private synchronized void look() {
        if (stopped) {
            return;
        }
        forgetEnded();
        seen.clear();
        for (Selection selection : selections) {
            for (String namespace : namespaces(selection.patterns)) {
                lookInto(selection, namespace);
            }
        }
        // Names of interfaces that come and go are often made up anew each time.
        told.keySet().retainAll(seen);
    }

    /** Null is this process's own. */
    private static List<String> namespaces(List<InterfacePattern> patterns) {
        List<String> found = new ArrayList<>();
        for (InterfacePattern pattern : patterns) {
            if (pattern.excludes() || pattern.isExact()) {
                continue;
            }
            List<String> candidates = new ArrayList<>();
            if (pattern.seeksNamespaces()) {
                NetworkNamespace.named().stream()
                        .filter(pattern::matchesNamespace)
                        .forEach(candidates::add);
            } else {
                candidates.add(pattern.namespace());
            }
            candidates.removeAll(found);
            found.addAll(candidates);
        }
        return found;
    }

    private void lookInto(Selection selection, String namespace) {
        List<String> names;
        seen.add(String.valueOf(namespace));
        try {
            names = NetworkNamespace.interfacesUp(namespace);
        } catch (CaptureOpenException e) {
            tell(String.valueOf(namespace), e.getMessage());
            return;
        }
        told.remove(String.valueOf(namespace));
        for (String name : names) {
            InterfacePattern found = new InterfacePattern(false, namespace, name);
            seen.add(found.toString());
            boolean isNew = !running.containsKey(found.toString()) && !taken.contains(found.toString());
            if (isNew && InterfacePattern.choose(selection.patterns, namespace, name)) {
                begin(selection, found);
            }
        }
    }

    private void begin(Selection selection, InterfacePattern found) {
        String name = found.toString();
        if (running.size() >= MAX_INTERFACES) {
            tell(
                    name,
                    name + " is not captured from: there are " + MAX_INTERFACES
                            + " interfaces already, the most that one process captures from; exclude some with !NAME");
            return;
        }
        CaptureInput input;
        try {
            input = CaptureInput.chosen(found, selection.settings);
        } catch (CaptureOpenException e) {
            // One that just went is no news.
            if (e.reason() != Reason.INTERFACE_DOWN && e.reason() != Reason.INTERFACE_NOT_FOUND) {
                tell(name, e.getMessage());
            }
            return;
        }
        told.remove(name);
        CollectorThread thread =
                new CollectorThread(List.of(CaptureInput.opened(input, selection.config)), selection.config, outlet);
        running.put(name, thread);
        thread.start();
        Messages.print("weir: captures from " + name);
    }

    /** Once, until it changes. */
    private synchronized void tell(String what, String message) {
        if (!message.equals(told.put(what, message))) {
            Messages.print("weir: warning: " + message);
        }
    }

    private void forgetEnded() {
        Iterator<Map.Entry<String, CollectorThread>> each = running.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<String, CollectorThread> one = each.next();
            CollectorThread thread = one.getValue();
            if (thread.isAlive()) {
                continue;
            }
            each.remove();
            endedPackets += thread.packets();
            try {
                thread.rethrow();
                Messages.print("weir: no longer captures from " + one.getKey() + ": it went down or away");
            } catch (Failure e) {
                tell(one.getKey(), e.getMessage());
            }
        }
    }

    @Override
    public synchronized void check() {
        if (!stopped) {
            forgetEnded();
        }
    }

    @Override
    public synchronized long packets() {
        return endedPackets
                + running.values().stream().mapToLong(CollectorThread::packets).sum();
    }

    @Override
    public void stop(long waitMs) throws InterruptedException {
        List<CollectorThread> threads;
        synchronized (this) {
            stopped = true;
            threads = List.copyOf(running.values());
        }
        if (watcher != null) {
            watcher.interrupt();
        }
        threads.forEach(CollectorThread::stopCollecting);
        for (CollectorThread thread : threads) {
            thread.join(waitMs);
        }
        tellEnded();
    }

    /** One interface's trouble at the end is no reason to leave the others'. */
    private synchronized void tellEnded() {
        running.forEach((name, thread) -> {
            try {
                thread.rethrow();
            } catch (Failure e) {
                tell(name, e.getMessage());
            }
        });
    }
}
