package io.weir.embedded.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.avro.Schema;

/** What can be asked of the registry and changed in it, in the terms of the REST contract but without HTTP. */
final class Subjects {
    /** A bound on memory: every schema is held there. */
    private static final int MAX_SCHEMAS = 100_000;

    private static final int LATEST = -1;
    /** Names that Confluent gives to its own places. */
    private static final Set<String> RESERVED = Set.of("__GLOBAL", "__EMPTY");

    private final SchemaState state;
    private final SchemaWriter writer;
    private final AvroSchemas schemas;

    Subjects(SchemaState state, SchemaWriter writer) {
        this.state = state;
        this.writer = writer;
        this.schemas = new AvroSchemas(state);
    }

    /** Registers a schema, or finds it registered, and returns its id. */
    int register(String subject, SchemaRequest request, boolean normalize) {
        requireName(subject);
        ParsedSchema known = parse(request, normalize);
        Optional<SchemaVersion> registered = find(subject, known.content(), false);
        if (registered.isPresent()) {
            return registered.get().id();
        }
        return writer.change(() -> decideRegister(subject, parse(request, normalize)));
    }

    private Decision<Integer> decideRegister(String subject, ParsedSchema candidate) {
        Optional<SchemaVersion> registered = find(subject, candidate.content(), false);
        if (registered.isPresent()) {
            return Decision.unchanged(registered.get().id());
        }
        requireWritable(subject);
        List<String> problems = problems(level(subject), candidate.avro(), state.versions(subject, false));
        if (!problems.isEmpty()) {
            throw RegistryException.incompatible(subject, String.join("; ", problems));
        }
        OptionalInt sameSchema = state.idOf(candidate.content());
        if (sameSchema.isEmpty() && state.schemaCount() >= MAX_SCHEMAS) {
            throw RegistryException.notPermitted("The registry holds " + MAX_SCHEMAS + " schemas, its limit.");
        }
        int id = sameSchema.orElse(state.maxId() + 1);
        List<StoreRecord> records = new ArrayList<>();
        records.add(StoreRecord.put(new SchemaVersion(subject, state.nextVersion(subject), id, candidate.content())));
        // The soft deleted version of the same schema has a live successor now.
        for (SchemaVersion old : state.versions(subject, true)) {
            if (old.deleted() && old.id() == id) {
                records.add(StoreRecord.remove(new StoreKey.Schema(subject, old.version())));
            }
        }
        return new Decision<>(id, records);
    }

    SchemaVersion lookUp(String subject, SchemaRequest request, boolean normalize, boolean deleted) {
        requireVersions(subject, deleted);
        return find(subject, parse(request, normalize).content(), deleted)
                .orElseThrow(() -> RegistryException.schemaNotFound("Schema"));
    }

    List<String> names(String prefix, boolean deleted) {
        return state.subjects(prefix, deleted);
    }

    List<SchemaVersion> versions(String subject, boolean deleted) {
        return requireVersions(subject, deleted);
    }

    /** @param number a version, or -1 for the latest */
    SchemaVersion version(String subject, int number, boolean deleted) {
        List<SchemaVersion> versions = requireVersions(subject, deleted);
        if (number == LATEST) {
            return versions.get(versions.size() - 1);
        }
        return state.version(subject, number, deleted)
                .orElseThrow(() -> RegistryException.versionNotFound(Integer.toString(number)));
    }

    List<Integer> referencedBy(String subject, int number) {
        SchemaVersion version = version(subject, number, true);
        return state.referencing(subject, version.version()).stream()
                .map(SchemaVersion::id)
                .distinct()
                .toList();
    }

    SchemaIdentity content(int id) {
        return state.content(id).orElseThrow(() -> RegistryException.schemaNotFound("Schema " + id));
    }

    int maxId() {
        return state.maxId();
    }

    List<SchemaVersion> versionsOf(int id, boolean deleted) {
        content(id);
        return state.versionsOf(id, deleted);
    }

    /** Deletes a subject and returns the versions that went. */
    List<Integer> delete(String subject, boolean permanent) {
        return writer.change(() -> permanent ? decideErase(subject) : decideDelete(subject));
    }

    private Decision<List<Integer>> decideDelete(String subject) {
        requireVersions(subject, true);
        requireWritable(subject);
        List<SchemaVersion> live = state.versions(subject, false);
        if (live.isEmpty()) {
            throw RegistryException.subjectSoftDeleted(subject);
        }
        live.forEach(this::requireNotReferenced);
        int last = live.get(live.size() - 1).version();
        List<StoreRecord> records = new ArrayList<>();
        records.add(
                StoreRecord.put(new StoreKey.DeleteSubject(subject), StoreCodec.encodeDeleteSubject(subject, last)));
        removeSettings(subject, records);
        return new Decision<>(numbers(live), records);
    }

    private Decision<List<Integer>> decideErase(String subject) {
        List<SchemaVersion> all = requireVersions(subject, true);
        requireWritable(subject);
        if (all.stream().anyMatch(version -> !version.deleted())) {
            throw RegistryException.subjectNotSoftDeleted(subject);
        }
        List<StoreRecord> records = new ArrayList<>();
        for (SchemaVersion version : all) {
            requireNotReferenced(version);
            records.add(StoreRecord.remove(new StoreKey.Schema(subject, version.version())));
        }
        return new Decision<>(numbers(all), records);
    }

    /** Deletes one version and returns its number. */
    int deleteVersion(String subject, int number, boolean permanent) {
        return writer.change(() -> {
            SchemaVersion version = versionToDelete(subject, number, permanent);
            requireWritable(subject);
            requireNotReferenced(version);
            if (permanent) {
                return Decision.write(
                        version.version(), StoreRecord.remove(new StoreKey.Schema(subject, version.version())));
            }
            List<StoreRecord> records = new ArrayList<>();
            records.add(StoreRecord.put(version.asDeleted()));
            if (state.versions(subject, false).size() == 1) {
                removeSettings(subject, records);
            }
            return new Decision<>(version.version(), records);
        });
    }

    private SchemaVersion versionToDelete(String subject, int number, boolean permanent) {
        List<SchemaVersion> live = state.versions(subject, false);
        SchemaVersion version = number == LATEST && !permanent && !live.isEmpty()
                ? live.get(live.size() - 1)
                : version(subject, number, true);
        if (permanent && !version.deleted()) {
            throw RegistryException.versionNotSoftDeleted(subject, version.version());
        }
        if (!permanent && version.deleted()) {
            throw RegistryException.versionSoftDeleted(subject, version.version());
        }
        return version;
    }

    /** What keeps a schema from joining a subject, checked against all its versions as its level demands. */
    List<String> checkAll(String subject, SchemaRequest request, boolean normalize) {
        return problems(level(subject), parse(request, normalize).avro(), state.versions(subject, false));
    }

    /** @param number a version, or -1 for the latest */
    List<String> check(String subject, int number, SchemaRequest request, boolean normalize) {
        SchemaVersion version = version(subject, number, false);
        return problems(level(subject), parse(request, normalize).avro(), List.of(version));
    }

    private List<String> problems(CompatibilityLevel level, Schema candidate, List<SchemaVersion> earlier) {
        if (level == CompatibilityLevel.NONE || earlier.isEmpty()) {
            return List.of();
        }
        List<SchemaVersion> checked =
                level.transitive() ? earlier : earlier.subList(earlier.size() - 1, earlier.size());
        List<Schema> parsed = new ArrayList<>(checked.size());
        for (SchemaVersion version : checked) {
            if (!version.content().isAvro()) {
                return List.of("version " + version.version() + " is of type "
                        + version.content().schemaType());
            }
            parsed.add(schemas.parseRegistered(version.content()));
        }
        return Compatibility.problems(level, candidate, parsed);
    }

    /** @param subject null for the global level */
    Optional<CompatibilityLevel> ownLevel(String subject) {
        return state.level(subject);
    }

    /** The level that holds for a subject; null asks for the global one. */
    CompatibilityLevel level(String subject) {
        return state.level(subject).or(() -> state.level(null)).orElse(CompatibilityLevel.DEFAULT);
    }

    /** @param subject null for the global level */
    void setLevel(String subject, CompatibilityLevel level) {
        requireNameOrGlobal(subject);
        writer.change(() -> {
            requireWritable(subject);
            return Decision.write(level, StoreRecord.put(new StoreKey.Config(subject), StoreCodec.encodeLevel(level)));
        });
    }

    /** Goes back to the level above and returns the one that held before. */
    CompatibilityLevel removeLevel(String subject) {
        return writer.change(() -> {
            requireWritable(subject);
            Optional<CompatibilityLevel> old = state.level(subject);
            if (old.isEmpty() && subject != null) {
                requireVersions(subject, false);
                throw RegistryException.noSubjectConfig(subject);
            }
            return Decision.write(
                    old.orElse(CompatibilityLevel.DEFAULT), StoreRecord.remove(new StoreKey.Config(subject)));
        });
    }

    /** @param subject null for the global mode */
    Optional<Mode> ownMode(String subject) {
        return state.mode(subject);
    }

    /** The mode that holds for a subject; null asks for the global one. */
    Mode mode(String subject) {
        Mode global = state.mode(null).orElse(Mode.DEFAULT);
        return global == Mode.READONLY_OVERRIDE ? global : state.mode(subject).orElse(global);
    }

    /** @param subject null for the global mode */
    void setMode(String subject, Mode mode) {
        requireNameOrGlobal(subject);
        writer.change(() ->
                Decision.write(mode, StoreRecord.put(new StoreKey.SubjectMode(subject), StoreCodec.encodeMode(mode))));
    }

    /** Goes back to the mode above and returns the one that held before. */
    Mode removeMode(String subject) {
        return writer.change(() -> {
            Optional<Mode> old = state.mode(subject);
            if (old.isEmpty() && subject != null) {
                throw RegistryException.noSubjectMode(subject);
            }
            return Decision.write(old.orElse(Mode.DEFAULT), StoreRecord.remove(new StoreKey.SubjectMode(subject)));
        });
    }

    private ParsedSchema parse(SchemaRequest request, boolean normalize) {
        if (!request.schemaType().equals(SchemaIdentity.AVRO)) {
            throw RegistryException.invalidSchema(
                    "type '" + request.schemaType() + "' is not supported; this registry holds AVRO only");
        }
        if (request.schema().isBlank()) {
            throw RegistryException.invalidSchema("it is empty");
        }
        return schemas.parse(request.schema(), request.references(), normalize);
    }

    private Optional<SchemaVersion> find(String subject, SchemaIdentity content, boolean deleted) {
        return state.versions(subject, deleted).stream()
                .filter(version -> version.content().equals(content))
                .reduce((first, second) -> second);
    }

    private List<SchemaVersion> requireVersions(String subject, boolean deleted) {
        List<SchemaVersion> versions = state.versions(subject, deleted);
        if (versions.isEmpty()) {
            throw RegistryException.subjectNotFound(subject);
        }
        return versions;
    }

    private void requireWritable(String subject) {
        if (mode(subject) != Mode.READWRITE) {
            throw RegistryException.notPermitted(
                    (subject == null ? "The registry" : "Subject '" + subject + "'") + " is read-only.");
        }
    }

    private void requireNotReferenced(SchemaVersion version) {
        if (!state.referencing(version.subject(), version.version()).isEmpty()) {
            throw RegistryException.referenced(version.subject(), version.version());
        }
    }

    private void removeSettings(String subject, List<StoreRecord> records) {
        if (state.level(subject).isPresent()) {
            records.add(StoreRecord.remove(new StoreKey.Config(subject)));
        }
        if (state.mode(subject).isPresent()) {
            records.add(StoreRecord.remove(new StoreKey.SubjectMode(subject)));
        }
    }

    private static void requireNameOrGlobal(String subject) {
        if (subject != null) {
            requireName(subject);
        }
    }

    private static void requireName(String subject) {
        if (subject.isBlank() || RESERVED.contains(subject) || subject.chars().anyMatch(Character::isISOControl)) {
            throw RegistryException.invalidSubject(subject);
        }
    }

    private static List<Integer> numbers(List<SchemaVersion> versions) {
        return versions.stream().map(SchemaVersion::version).toList();
    }
}
