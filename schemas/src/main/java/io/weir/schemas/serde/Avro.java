package io.weir.schemas.serde;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * The one Avro model of this project: the generated classes' own coders are on, as they cost a third of the generic ones, and
 * Avro 1.12.2's list of trusted classes holds our package.
 */
public final class Avro {

    private static final SpecificData MODEL = createModel();

    private Avro() {}

    /**
     * Makes Avro trust the generated classes. Every serde and the topic catalogue do so of themselves; only code that builds records
     * without either has to call it before {@code Flow.newBuilder()} and other builders that fill in an enum's default.
     */
    public static void trust() {
        // Loading this class has done it.
    }

    /** A writer for one generated class. Not thread-safe with one encoder; make one per serializer. */
    public static <T extends SpecificRecord> SpecificDatumWriter<T> writer(Schema schema) {
        return new SpecificDatumWriter<>(schema, MODEL);
    }

    /** A reader from the writer's schema into a generated class. */
    public static <T extends SpecificRecord> SpecificDatumReader<T> reader(Schema writer, Schema reader) {
        return new SpecificDatumReader<>(writer, reader, MODEL);
    }

    /** The schema of a generated class. */
    public static Schema schemaOf(Class<? extends SpecificRecord> type) {
        return MODEL.getSchema(type);
    }

    private static SpecificData createModel() {
        String trusted = "io.weir.schemas.";
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(), type -> type.getName().startsWith(trusted)));
        SpecificData model = new SpecificData(Avro.class.getClassLoader());
        model.setCustomCoders(true);
        // The fast reader, on by default, bypasses the generated coders and is slower.
        model.setFastReaderEnabled(false);
        return model;
    }
}
