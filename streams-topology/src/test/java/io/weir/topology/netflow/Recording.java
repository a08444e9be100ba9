package io.weir.topology.netflow;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a decoder told, kept: one line an event, and the records with their values. */
final class Recording implements NetflowListener {
    /** A record, copied. */
    record Seen(
            int templateId,
            int domain,
            boolean options,
            boolean late,
            int ipVersion,
            String source,
            String destination,
            int icmpType,
            int icmpCode,
            long first,
            long last,
            long reverseFirst,
            long reverseLast,
            boolean estimated,
            List<String> fields,
            Map<RecordField, Long> values,
            SamplingRate sampling,
            Exporter exporter) {
        long get(RecordField field) {
            return values.getOrDefault(field, DataRecord.ABSENT);
        }
    }

    /** A problem, copied. */
    record Problem(NetflowProblem problem, int position, int octets) {}

    final List<String> events = new ArrayList<>();
    final List<Seen> records = new ArrayList<>();
    final List<Problem> problems = new ArrayList<>();
    final List<Template> changed = new ArrayList<>();
    final List<TemplateChange> changes = new ArrayList<>();
    final List<PendingSet> held = new ArrayList<>();
    final List<PendingSet> released = new ArrayList<>();
    final List<PendingSet> givenUp = new ArrayList<>();
    final List<GiveUpReason> reasons = new ArrayList<>();
    final List<String> heads = new ArrayList<>();
    int messages;
    int ends;
    int dataRecords;
    int undecodedSets;

    private NetflowDecoder decoder;

    /** Rates are asked of this decoder. */
    Recording of(NetflowDecoder asked) {
        decoder = asked;
        return this;
    }

    @Override
    public void onMessage(MessageHead head) {
        messages++;
        heads.add(head.toString());
        events.add("message " + head.version);
    }

    @Override
    public void onDataRecord(DataRecord record) {
        add(record);
    }

    @Override
    public void onOptionsRecord(DataRecord record) {
        add(record);
    }

    private void add(DataRecord record) {
        Map<RecordField, Long> values = new EnumMap<>(RecordField.class);
        for (RecordField field : RecordField.values()) {
            if (record.has(field)) {
                values.put(field, record.get(field));
            }
        }
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < record.template().fieldCount(); i++) {
            fields.add(FieldText.of(record, i));
        }
        SamplingRate rate = new SamplingRate();
        if (decoder != null) {
            decoder.options(record.head().exporter).sampling().rateOf(record, rate);
        }
        records.add(new Seen(
                record.template().key().id(),
                record.head().domain,
                record.template().isOptions(),
                record.isLate(),
                record.ipVersion,
                record.sourceAddress(),
                record.destinationAddress(),
                record.icmpType,
                record.icmpCode,
                record.firstNanos,
                record.lastNanos,
                record.reverseFirstNanos,
                record.reverseLastNanos,
                record.timesEstimated,
                fields,
                values,
                rate,
                record.head().exporter));
        events.add("record " + record.template().key().id() + (record.isLate() ? " late" : ""));
    }

    @Override
    public void onTemplate(Template template, TemplateChange change) {
        changed.add(template);
        changes.add(change);
        events.add("template " + template.key().id() + " " + change);
    }

    @Override
    public void onSetHeld(PendingSet set) {
        held.add(set);
        events.add("held " + set.templateId());
    }

    @Override
    public void onSetReleased(PendingSet set) {
        released.add(set);
        events.add("released " + set.templateId());
    }

    @Override
    public void onSetGivenUp(PendingSet set, GiveUpReason reason) {
        givenUp.add(set);
        reasons.add(reason);
        events.add("given up " + set.templateId() + " " + reason.code());
    }

    @Override
    public void onLateSet(PendingSet set) {
        events.add("late " + set.templateId());
    }

    @Override
    public void onProblem(MessageHead head, NetflowProblem problem, int position, int octets) {
        problems.add(new Problem(problem, position, octets));
        events.add("problem " + problem.code());
    }

    @Override
    public void onMessageEnd(MessageHead head) {
        ends++;
        dataRecords += head.dataRecords;
        undecodedSets += head.undecodedSets;
        events.add("end " + head.dataRecords);
    }

    List<NetflowProblem> problemKinds() {
        return problems.stream().map(Problem::problem).toList();
    }

    Seen only() {
        if (records.size() != 1) {
            throw new AssertionError("one record, not " + records.size() + ": " + events);
        }
        return records.get(0);
    }
}
