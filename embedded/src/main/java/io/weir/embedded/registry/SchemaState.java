package io.weir.embedded.registry;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What the schemas topic says up to now. Pure: the same records in the same order give the same state, also after
 * compaction. Safe for use by several threads.
 */
final class SchemaState {
    private final NavigableMap<String, NavigableMap<Integer, SchemaVersion>> subjects = new TreeMap<>();
    private final NavigableMap<Integer, List<SchemaVersion>> byId = new TreeMap<>();
    private final Map<SchemaIdentity, Integer> ids = new HashMap<>();
    private final Map<String, CompatibilityLevel> levels = new HashMap<>();
    private final Map<String, Mode> modes = new HashMap<>();
    private int maxId;

    synchronized void clear() {
        subjects.clear();
        byId.clear();
        ids.clear();
        levels.clear();
        modes.clear();
    }

    /**
     * Takes one record of the topic.
     *
     * @param value null removes the key
     * @throws IOException when the value is not what its key promises; the state is unchanged then
     */
    synchronized void apply(StoreKey key, byte[] value) throws IOException {
        if (key instanceof StoreKey.Schema schema) {
            if (value == null) {
                remove(schema.subject(), schema.version());
            } else {
                put(StoreCodec.decodeSchema(value));
            }
        } else if (key instanceof StoreKey.DeleteSubject delete && value != null) {
            softDelete(delete.subject(), StoreCodec.decodeDeleteSubject(value));
        } else if (key instanceof StoreKey.Config config) {
            set(levels, config.subject(), value == null ? Optional.empty() : StoreCodec.decodeLevel(value));
        } else if (key instanceof StoreKey.SubjectMode mode) {
            set(modes, mode.subject(), value == null ? Optional.empty() : StoreCodec.decodeMode(value));
        }
    }

    private static <T> void set(Map<String, T> map, String subject, Optional<T> value) {
        value.ifPresentOrElse(present -> map.put(subject, present), () -> map.remove(subject));
    }

    private void put(SchemaVersion version) {
        remove(version.subject(), version.version());
        subjects.computeIfAbsent(version.subject(), subject -> new TreeMap<>()).put(version.version(), version);
        byId.computeIfAbsent(version.id(), id -> new ArrayList<>(1)).add(version);
        ids.putIfAbsent(version.content(), version.id());
        maxId = Math.max(maxId, version.id());
    }

    private void remove(String subject, int number) {
        NavigableMap<Integer, SchemaVersion> versions = subjects.get(subject);
        SchemaVersion old = versions == null ? null : versions.remove(number);
        if (old == null) {
            return;
        }
        if (versions.isEmpty()) {
            subjects.remove(subject);
        }
        List<SchemaVersion> sameId = byId.get(old.id());
        sameId.remove(old);
        if (sameId.isEmpty()) {
            byId.remove(old.id());
            ids.remove(old.content(), old.id());
        }
    }

    private void softDelete(String subject, int upTo) {
        for (SchemaVersion version : versions(subject, false)) {
            if (version.version() <= upTo) {
                put(version.asDeleted());
            }
        }
    }

    /** Subjects in order of name, those with a live version only unless {@code deleted}. */
    synchronized List<String> subjects(String prefix, boolean deleted) {
        List<String> names = new ArrayList<>();
        for (String subject : subjects.tailMap(prefix, true).keySet()) {
            if (!subject.startsWith(prefix)) {
                break;
            }
            if (!versions(subject, deleted).isEmpty()) {
                names.add(subject);
            }
        }
        return names;
    }

    /** Versions of a subject in order, the live ones only unless {@code deleted}; empty when there is none. */
    synchronized List<SchemaVersion> versions(String subject, boolean deleted) {
        Collection<SchemaVersion> all =
                subjects.getOrDefault(subject, new TreeMap<>()).values();
        return all.stream().filter(version -> deleted || !version.deleted()).toList();
    }

    synchronized Optional<SchemaVersion> version(String subject, int number, boolean deleted) {
        return versions(subject, deleted).stream()
                .filter(version -> version.version() == number)
                .findFirst();
    }

    /** Schemas stay readable by id after a soft deletion, since records in topics carry the id. */
    synchronized Optional<SchemaIdentity> content(int id) {
        List<SchemaVersion> sameId = byId.get(id);
        return sameId == null ? Optional.empty() : Optional.of(sameId.get(0).content());
    }

    synchronized List<SchemaVersion> versionsOf(int id, boolean deleted) {
        return byId.getOrDefault(id, List.of()).stream()
                .filter(version -> deleted || !version.deleted())
                .toList();
    }

    synchronized OptionalInt idOf(SchemaIdentity content) {
        Integer id = ids.get(content);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** Never falls while the process lives, so that an id is not given twice. */
    synchronized int maxId() {
        return maxId;
    }

    synchronized int schemaCount() {
        return byId.size();
    }

    /** One more than the highest version, soft deleted ones included. */
    synchronized int nextVersion(String subject) {
        NavigableMap<Integer, SchemaVersion> versions = subjects.get(subject);
        return versions == null ? 1 : versions.lastKey() + 1;
    }

    /** Live schemas that take a type from this version. */
    synchronized List<SchemaVersion> referencing(String subject, int number) {
        return subjects.values().stream()
                .flatMap(versions -> versions.values().stream())
                .filter(version -> !version.deleted())
                .filter(version -> version.content().references().stream()
                        .anyMatch(reference -> reference.subject().equals(subject) && reference.version() == number))
                .toList();
    }

    /** @param subject null for the global level */
    synchronized Optional<CompatibilityLevel> level(String subject) {
        return Optional.ofNullable(levels.get(subject));
    }

    /** @param subject null for the global mode */
    synchronized Optional<Mode> mode(String subject) {
        return Optional.ofNullable(modes.get(subject));
    }
}
