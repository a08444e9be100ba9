package io.weir.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What is fuzzed.
 *
 * @param type the class that the fuzzer calls
 * @param body throws when something does not hold
 * @param seeds inputs to begin with
 */
public record FuzzTarget(Class<?> type, Body body, List<byte[]> seeds) {

    /** What is done with an input. */
    public interface Body {

        /** Throws when something does not hold. */
        void run(byte[] input) throws Exception;
    }

    /** Name of the target, and of the directory of its inputs. */
    public String name() {
        return type.getSimpleName();
    }

    /** Runs the target over an input that is called {@code what}. */
    public void run(byte[] input, Object what) {
        try {
            body.run(input);
        } catch (Exception | Error e) {
            throw new AssertionError(this + ", " + what, e);
        }
    }

    /** Writes the seeds of targets beneath a directory, for the fuzzer. */
    public static void writeSeeds(List<FuzzTarget> targets, Path root) throws IOException {
        for (FuzzTarget target : targets) {
            Path directory = Files.createDirectories(root.resolve(target.name()).resolve("seeds"));
            for (int i = 0; i < target.seeds.size(); i++) {
                Files.write(directory.resolve("seed-" + i), target.seeds.get(i));
            }
        }
    }

    @Override
    public String toString() {
        return name();
    }
}
