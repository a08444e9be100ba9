package io.weir.decoding.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.schemas.Layer;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The samples leave nothing out, so that a sweep over them is one over everything. */
class FrameSamplesTest {

    @Test
    void shouldShowEveryLayer() {
        Set<Layer> missing = EnumSet.complementOf(EnumSet.of(Layer.unknown));
        for (FrameSamples.Sample sample : FrameSamples.all()) {
            PacketHeaders headers = Decoding.decode(sample.linkType(), sample.frame());
            for (; headers != null; headers = headers.enclosed()) {
                PacketHeaders.layerNames(headers.layers).forEach(name -> missing.remove(Layer.valueOf(name)));
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void shouldShowEveryKindOfFact() {
        assertThat(FrameSamples.all().stream().map(sample -> Decoding.decode(sample.linkType(), sample.frame())
                        .payloadKind()))
                .contains(FactKind.values());
    }

    /** A class is loaded when it is first called: those that no sample leads to are not. */
    @Test
    void shouldLeadIntoEveryClassOfALayer() throws Exception {
        try (Watched loader = new Watched(classesOf(PacketDecoder.class))) {
            Class<?> headersType = loader.loadClass(PacketHeaders.class.getName());
            Class<?> decoderType = loader.loadClass(PacketDecoder.class.getName());
            Method decode = decoderType.getMethod(
                    "decode", ByteBuffer.class, int.class, int.class, int.class, int.class, headersType);
            Object decoder = decoderType.getConstructor().newInstance();
            Object headers = headersType.getConstructor().newInstance();
            for (FrameSamples.Sample sample : FrameSamples.all()) {
                byte[] frame = sample.frame();
                decode.invoke(
                        decoder, ByteBuffer.wrap(frame), 0, frame.length, frame.length, sample.linkType(), headers);
            }
            assertThat(loader.loaded).containsAll(layerClasses());
        }
    }

    private static List<String> layerClasses() throws IOException {
        Path directory = Path.of(
                System.getProperty("weir.root"), "decoding", "src", "main", "java", "io", "weir", "decoding", "packet");
        try (Stream<Path> sources = Files.list(directory)) {
            return sources.map(source -> source.getFileName().toString())
                    .filter(name -> name.endsWith("Layer.java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .toList();
        }
    }

    private static URL classesOf(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    /** Loads the decoder's package itself, and notes what it loaded. */
    private static final class Watched extends URLClassLoader {
        private static final String PACKAGE = PacketDecoder.class.getPackageName() + '.';

        private final Set<String> loaded = new TreeSet<>();

        Watched(URL classes) {
            super(new URL[] {classes}, FrameSamplesTest.class.getClassLoader());
        }

        @Override
        public Class<?> loadClass(String name) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                if (!name.startsWith(PACKAGE)) {
                    return super.loadClass(name);
                }
                loaded.add(name.substring(PACKAGE.length()));
                Class<?> known = findLoadedClass(name);
                return known != null ? known : findClass(name);
            }
        }
    }
}
