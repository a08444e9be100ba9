package io.weir.bench.micro;

import io.weir.topology.netflow.DataRecord;
import io.weir.topology.netflow.Exporter;
import io.weir.topology.netflow.GiveUpReason;
import io.weir.topology.netflow.MessageHead;
import io.weir.topology.netflow.NetflowDecoder;
import io.weir.topology.netflow.NetflowLimits;
import io.weir.topology.netflow.NetflowListener;
import io.weir.topology.netflow.NetflowProblem;
import io.weir.topology.netflow.PendingSet;
import io.weir.topology.netflow.RecordField;
import io.weir.topology.netflow.Template;
import io.weir.topology.netflow.TemplateChange;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Export datagrams to records, a record: of v5, and of v9 and IPFIX with some twenty fields of fixed length. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class NetflowDecoderBenchmark {

    private static final Exporter EXPORTER = new Exporter(0, 0xc000_0201L, 4, 2055);
    private static final long NOW = TimeUnit.SECONDS.toNanos(ExportDatagrams.EXPORT_SECONDS);

    /** Of the messages; 10 is IPFIX. */
    @Param({"5", "9", "10"})
    private int version;

    private final NetflowDecoder decoder = new NetflowDecoder(NetflowLimits.defaults());
    private final Fold fold = new Fold();
    private ExportDatagrams datagrams;

    @Setup
    public void generate() {
        datagrams = new ExportDatagrams(version);
        if (datagrams.template.limit() > 0) {
            decoder.decode(datagrams.template, 0, datagrams.template.limit(), EXPORTER, NOW, fold);
        }
    }

    /** The result is folded, so that no field's decoding can be left out. */
    @Benchmark
    @OperationsPerInvocation(ExportDatagrams.DATAGRAMS * ExportDatagrams.RECORDS)
    public long decode() {
        fold.records = 0;
        for (int offset : datagrams.offsets) {
            decoder.decode(datagrams.octets, offset, datagrams.length, EXPORTER, NOW, fold);
        }
        if (fold.records != ExportDatagrams.DATAGRAMS * ExportDatagrams.RECORDS) {
            throw new IllegalStateException(fold.records + " records");
        }
        return fold.sum;
    }

    private static final class Fold implements NetflowListener {
        int records;
        long sum;

        @Override
        public void onDataRecord(DataRecord record) {
            records++;
            sum += record.sourceAddressLow
                    + record.destinationAddressLow
                    + record.firstNanos
                    + record.lastNanos
                    + record.get(RecordField.SOURCE_PORT)
                    + record.get(RecordField.DESTINATION_PORT)
                    + record.get(RecordField.PROTOCOL)
                    + record.get(RecordField.OCTETS)
                    + record.get(RecordField.PACKETS)
                    + record.get(RecordField.TCP_CONTROL_BITS);
        }

        @Override
        public void onMessage(MessageHead head) {}

        @Override
        public void onOptionsRecord(DataRecord record) {}

        @Override
        public void onTemplate(Template template, TemplateChange change) {}

        @Override
        public void onSetHeld(PendingSet set) {}

        @Override
        public void onSetReleased(PendingSet set) {}

        @Override
        public void onSetGivenUp(PendingSet set, GiveUpReason reason) {}

        @Override
        public void onLateSet(PendingSet set) {}

        @Override
        public void onProblem(MessageHead head, NetflowProblem problem, int position, int octets) {
            throw new IllegalStateException(problem.code());
        }

        @Override
        public void onMessageEnd(MessageHead head) {}
    }
}
