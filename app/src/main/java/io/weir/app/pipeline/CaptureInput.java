package io.weir.app.pipeline;

import io.weir.app.config.Catalogue;
import io.weir.app.config.Settings;
import io.weir.app.failure.Failure;
import io.weir.collectors.capture.CaptureFileReader;
import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.CaptureSource;
import io.weir.collectors.capture.InterfacePattern;
import io.weir.collectors.capture.LiveConfig;
import io.weir.collectors.capture.MergedSource;
import io.weir.collectors.capture.Pace;
import io.weir.collectors.publish.BatchSender;
import io.weir.collectors.publish.CaptureCollector;
import io.weir.collectors.publish.CollectorConfig;
import io.weir.collectors.publish.ResumableSender;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * One input of a collector, opened.
 *
 * @param sources where frames come from: one, or several that share the packets of an interface
 * @param kind how it relates to time and back-pressure
 * @param name name of the observation point's interface
 * @param resumed the file that is gone on with where an earlier run has got to, or null
 */
record CaptureInput(List<CaptureSource> sources, CaptureCollector.Kind kind, String name, Path resumed) {

    /** An input of one source. */
    CaptureInput(CaptureSource source, CaptureCollector.Kind kind, String name) {
        this(List.of(source), kind, name, null);
    }

    /** An input whose name is known and that is opened when its turn comes, so that many files need not be open at once. */
    interface Opener {

        /** Name of the observation point's interface. */
        String name();

        /** Opens it. */
        CaptureInput open();

        /** How it is collected, where that is not as with all the others. */
        default Optional<CollectorConfig> config() {
            return Optional.empty();
        }
    }

    private record Lazy(String name, Supplier<CaptureInput> opening) implements Opener {

        @Override
        public CaptureInput open() {
            return opening.get();
        }
    }

    private record Live(CaptureInput input, Optional<CollectorConfig> config) implements Opener {

        @Override
        public String name() {
            return input.name();
        }

        @Override
        public CaptureInput open() {
            return input;
        }
    }

    private static final Path STANDARD_INPUT = AnalyzeRequest.STANDARD_INPUT;

    /** Of an interface that a pattern chose: there may be hundreds. */
    private static final long CHOSEN_RING_OCTETS = 8L * 1024 * 1024;

    private static final int LIVE_TIMEOUT_MS = 100;

    /** One capture file, or the standard input. A file that is no capture is refused now. */
    static Opener file(Path file) {
        if (file.equals(STANDARD_INPUT)) {
            return new Lazy("stdin", CaptureInput::openStandardInput);
        }
        closeAfterCheck(openFile(file));
        return new Lazy(nameOf(file), () -> openFile(file));
    }

    /** Several files as one input, merged by time. */
    static Opener merged(List<Path> files) {
        if (files.size() == 1) {
            return file(files.get(0));
        }
        List<Opener> openers = files.stream().map(CaptureInput::file).toList();
        String name = openers.get(0).name() + "+" + (files.size() - 1);
        return new Lazy(name, () -> merge(openers, name));
    }

    private static CaptureInput merge(List<Opener> openers, String name) {
        List<CaptureFileReader> readers = new ArrayList<>();
        boolean stream = false;
        for (Opener opener : openers) {
            CaptureInput one = opener.open();
            readers.add(one.reader());
            stream |= one.kind() == CaptureCollector.Kind.STREAM;
        }
        CaptureCollector.Kind kind = stream ? CaptureCollector.Kind.STREAM : CaptureCollector.Kind.FILE;
        return new CaptureInput(MergedSource.of(readers), kind, name);
    }

    private static CaptureInput openStandardInput() {
        CaptureFileReader reader = CaptureFileReader.open("-", new FileInputStream(FileDescriptor.in).getChannel());
        return new CaptureInput(reader, CaptureCollector.Kind.STREAM, "stdin");
    }

    private static CaptureInput openFile(Path file) {
        try {
            return new CaptureInput(CaptureFileReader.open(file), CaptureCollector.Kind.FILE, nameOf(file));
        } catch (CaptureOpenException e) {
            throw Failure.failed(e.getMessage(), "", e);
        } catch (IOException e) {
            throw Failure.failed(file + " cannot be read: " + e.getMessage(), "", e);
        }
    }

    /** What is due is sent without waiting for more. The standard input has a pace of its own. */
    private static CaptureInput paced(CaptureInput input, double speed) {
        if (input.kind() != CaptureCollector.Kind.FILE) {
            return input;
        }
        return new CaptureInput(
                MergedSource.of(List.of(input.reader()), Pace.of(speed)), CaptureCollector.Kind.STREAM, input.name());
    }

    private static void closeAfterCheck(CaptureInput input) {
        try {
            input.close();
        } catch (IOException e) {
            throw Failure.failed(input.name() + " cannot be read: " + e.getMessage(), "", e);
        }
    }

    /** Opens an interface that is captured from by its name, and waited for when it goes away. */
    private static CaptureInput named(InterfacePattern found, Settings settings) {
        try {
            return live(found, settings, settings.get(Catalogue.COLLECTOR_RING_SIZE), true);
        } catch (CaptureOpenException e) {
            String hint = e.reason() == CaptureOpenException.Reason.NOT_SUPPORTED
                    ? "--capture pcap goes through libpcap"
                    : "";
            throw Failure.failed(e.getMessage(), hint, e);
        }
    }

    /** Opens an interface that a pattern chose; it ends when the interface goes away. */
    static CaptureInput chosen(InterfacePattern found, Settings settings) throws CaptureOpenException {
        boolean given = settings.isGiven(Catalogue.COLLECTOR_RING_SIZE);
        return live(found, settings, given ? settings.get(Catalogue.COLLECTOR_RING_SIZE) : CHOSEN_RING_OCTETS, false);
    }

    private static CaptureInput live(InterfacePattern found, Settings settings, long ringOctets, boolean returns)
            throws CaptureOpenException {
        LiveConfig config = new LiveConfig(
                found.namespace(),
                found.interfaceName(),
                settings.get(Catalogue.COLLECTOR_SNAP_LENGTH),
                settings.get(Catalogue.COLLECTOR_PROMISCUOUS),
                (int) ringOctets,
                LIVE_TIMEOUT_MS,
                settings.find(Catalogue.COLLECTOR_FILTER).orElse(null),
                returns);
        List<CaptureSource> sources = LiveSources.ofThisSystem()
                .open(
                        config,
                        settings.get(Catalogue.COLLECTOR_CAPTURE),
                        settings.get(Catalogue.COLLECTOR_THREADS),
                        needsFrames(settings));
        return new CaptureInput(sources, CaptureCollector.Kind.LIVE, config.name(), null);
    }

    /** The setting that cannot do with packets that the kernel has counted. */
    static Optional<String> needsFrames(Settings settings) {
        if (settings.find(Catalogue.COLLECTOR_FILTER).isPresent()) {
            return Optional.of("collector.filter");
        }
        if (settings.get(Catalogue.COLLECTOR_SAMPLING) > 1) {
            return Optional.of("collector.sampling");
        }
        return settings.get(Catalogue.COLLECTOR_RAW_PACKETS) > 0
                ? Optional.of("collector.raw-packets")
                : Optional.empty();
    }

    /** All inputs that the settings name. */
    static List<Opener> ofSettings(Settings settings) {
        List<Opener> inputs = new ArrayList<>();
        double speed = settings.get(Catalogue.COLLECTOR_SPEED);
        for (String name : settings.get(Catalogue.COLLECTOR_FILES)) {
            Path file = Path.of(name);
            Opener opener = file(file);
            if (speed != 0) {
                Opener unpaced = opener;
                opener = new Lazy(unpaced.name(), () -> paced(unpaced.open(), speed));
            }
            if (settings.get(Catalogue.COLLECTOR_RESUME)) {
                Opener whole = opener;
                opener = new Lazy(whole.name(), () -> whole.open().resumed(file));
            }
            inputs.add(opener);
        }
        for (Settings capture : settings.captures()) {
            for (InterfacePattern pattern : InterfacePattern.exact(capture.get(Catalogue.COLLECTOR_INTERFACES))) {
                inputs.add(opened(named(pattern, capture), ModuleConfigs.collector(capture)));
            }
        }
        return inputs;
    }

    /** An input that is open. */
    static Opener opened(CaptureInput input, CollectorConfig config) {
        return new Live(input, Optional.of(config));
    }

    private CaptureInput resumed(Path file) {
        return new CaptureInput(sources, kind, name, file);
    }

    /** What sends a file that is gone on with, for {@link #collector}; the caller's to close. Null for any other input. */
    ResumableSender resumable(BatchSender sender) throws IOException {
        return resumed == null ? null : sender.resumable(resumed, InstantSource.system());
    }

    /** @param resumable null where nothing is gone on with */
    CaptureCollector collector(CollectorConfig config, BatchSender sender, ResumableSender resumable) {
        if (resumable != null) {
            return CaptureCollector.resumable(config, sources.get(0), kind, name, resumable, InstantSource.system());
        }
        return new CaptureCollector(config, sources, kind, name, sender, InstantSource.system(), () -> UUID.randomUUID()
                .toString());
    }

    /** Gives all sources back. */
    void close() throws IOException {
        IOException failure = null;
        for (CaptureSource source : sources) {
            try {
                source.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** The reader of a file or of the standard input. */
    private CaptureFileReader reader() {
        return (CaptureFileReader) sources.get(0);
    }

    private static String nameOf(Path file) {
        return file.getFileName().toString();
    }
}
