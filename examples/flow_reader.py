#!/usr/bin/env python3
"""Prints flows as they come. Needs: pip install 'confluent-kafka[avro,schemaregistry]'

Usage: flow_reader.py [KAFKA [REGISTRY]]
"""

import sys

from confluent_kafka import DeserializingConsumer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import StringDeserializer

kafka = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:9092"
registry = sys.argv[2] if len(sys.argv) > 2 else "http://127.0.0.1:8081"

consumer = DeserializingConsumer({
    "bootstrap.servers": kafka,
    "group.id": "flow-reader-python",
    "auto.offset.reset": "earliest",
    # Flows are written in transactions: what a crash takes back is never seen. (This is librdkafka's default.)
    "isolation.level": "read_committed",
    "key.deserializer": StringDeserializer(),
    "value.deserializer": AvroDeserializer(SchemaRegistryClient({"url": registry})),
})
consumer.subscribe(["weir.flows.v1"])
try:
    while True:
        message = consumer.poll(1.0)
        if message is None:
            continue
        flow = message.value()
        initiator, responder, delta = flow["initiator"], flow["responder"], flow["delta"]
        packets = delta["initiatorPackets"] + delta["responderPackets"]
        print(f"{initiator['address']} -> {responder['address']}:{responder['port']} {packets} packets ({flow['orientation']})")
except KeyboardInterrupt:
    pass
finally:
    consumer.close()
