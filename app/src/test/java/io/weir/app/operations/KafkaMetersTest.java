package io.weir.app.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilterReply;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaMetersTest {

    @ParameterizedTest
    @CsvSource({
        "weir.,  kafka.consumer.fetch.manager.records.lag,   weir.flows.v1,                     true",
        "weir.,  kafka.consumer.fetch.manager.records.lag,   weir_flows_v1,                     false",
        "weir.,  kafka.consumer.fetch.manager.records.lag,   weir.meter-edge-parts-repartition, true",
        "weir.,  kafka.consumer.fetch.manager.records.lag,   weir_meter-edge-parts-repartition, false",
        "my_lab, kafka.consumer.fetch.manager.records.lag,   my_labflows.v1,                    true",
        "my_lab, kafka.consumer.fetch.manager.records.lag,   my_labflows_v1,                    false",
        "my_lab, kafka.consumer.fetch.manager.records.lag,   my_labmeter-edge-parts,            true",
        "weir.,  kafka.consumer.fetch.manager.records.lead,  weir.flows.v1,                     false",
        "weir.,  kafka.stream.failed.stream.threads,         ,                                  true",
        "weir.,  kafka.producer.record.send.total,           ,                                  true",
        "weir.,  kafka.producer.io.ratio,                    ,                                  false",
        "weir.,  weir.meter.packets,                         ,                                  true",
    })
    void shouldKeepWhatSomebodyLooksAtOnce(String prefix, String name, String topic, boolean kept) {
        Tags tags = topic == null ? Tags.empty() : Tags.of("topic", topic);

        MeterFilterReply reply = new KafkaMeters(prefix).accept(new Meter.Id(name, tags, null, null, Meter.Type.GAUGE));

        assertThat(reply).isEqualTo(kept ? MeterFilterReply.NEUTRAL : MeterFilterReply.DENY);
    }
}
