#!/usr/bin/env python3
"""Alerts on new findings of severity medium and above. Needs: pip install 'confluent-kafka[avro,schemaregistry]'

Usage: finding_alert.py [KAFKA [REGISTRY]]
"""

import sys

from confluent_kafka import DeserializingConsumer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import StringDeserializer

kafka = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:9092"
registry = sys.argv[2] if len(sys.argv) > 2 else "http://127.0.0.1:8081"


def alert(finding):
    print(f"ALERT {finding['severity']}: {finding['title']} ({finding['findingId']})", flush=True)


consumer = DeserializingConsumer({
    "bootstrap.servers": kafka,
    "group.id": "finding-alert-python",
    "auto.offset.reset": "earliest",
    "isolation.level": "read_committed",
    # Committed below, when everybody is told: a crash between repeats, and loses nothing.
    "enable.auto.commit": False,
    "key.deserializer": StringDeserializer(),
    "value.deserializer": AvroDeserializer(SchemaRegistryClient({"url": registry})),
})
consumer.subscribe(["weir.findings.v1"])
try:
    while True:
        message = consumer.poll(1.0)
        if message is None:
            continue
        finding = message.value()
        if finding["status"] == "opened" and finding["severity"] in ("medium", "high", "critical"):
            alert(finding)
        consumer.commit(message, asynchronous=False)
except KeyboardInterrupt:
    pass
finally:
    consumer.close()
