package io.weir.rules.cel;

import dev.cel.common.values.NullValue;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/** Avro values as CEL sees them, converted when they are asked for. */
final class CelValues {

    private CelValues() {}

    static Object of(Object value) {
        if (value == null) {
            return NullValue.NULL_VALUE;
        }
        if (value instanceof Integer integer) {
            return integer.longValue();
        }
        if (value instanceof Float number) {
            return number.doubleValue();
        }
        if (value instanceof IndexedRecord record) {
            return new Fields(record);
        }
        if (value instanceof List<?> list) {
            return new Items(list);
        }
        return value instanceof Enum<?> || value instanceof CharSequence ? value.toString() : value;
    }

    private static final class Fields extends AbstractMap<String, Object> {

        private final IndexedRecord record;

        Fields(IndexedRecord record) {
            this.record = record;
        }

        @Override
        public boolean containsKey(Object key) {
            return record.getSchema().getField(key.toString()) != null;
        }

        @Override
        public Object get(Object key) {
            Schema.Field field = record.getSchema().getField(key.toString());
            return field == null ? null : of(record.get(field.pos()));
        }

        @Override
        public Set<Entry<String, Object>> entrySet() {
            Map<String, Object> all = new LinkedHashMap<>();
            record.getSchema().getFields().forEach(field -> all.put(field.name(), of(record.get(field.pos()))));
            return all.entrySet();
        }
    }

    private static final class Items extends AbstractList<Object> {

        private final List<?> list;

        Items(List<?> list) {
            this.list = list;
        }

        @Override
        public Object get(int index) {
            return of(list.get(index));
        }

        @Override
        public int size() {
            return list.size();
        }
    }
}
