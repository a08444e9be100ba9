#!/usr/bin/env python3
"""Registers a schema of its own in Weir's registry with Confluent's client, writes a record with it and reads it back.

Usage: own_schema.py KAFKA REGISTRY
"""

import sys
import uuid

from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, NewTopic
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

kafka, registry_url = sys.argv[1:3]
topic = f"strangers-{uuid.uuid4()}"
subject = f"{topic}-value"
first = '{"type":"record","name":"Note","fields":[{"name":"text","type":"string"}]}'
second = (
    '{"type":"record","name":"Note","fields":[{"name":"text","type":"string"},'
    '{"name":"author","type":["null","string"],"default":null}]}'
)
clashing = '{"type":"record","name":"Note","fields":[{"name":"text","type":"int"}]}'

registry = SchemaRegistryClient({"url": registry_url})
admin = AdminClient({"bootstrap.servers": kafka})
for future in admin.create_topics([NewTopic(topic, 1, 1)]).values():
    future.result(30)

# The serializer registers the schema by itself.
context = SerializationContext(topic, MessageField.VALUE)
value = AvroSerializer(registry, first)({"text": "hello"}, context)
producer = Producer({"bootstrap.servers": kafka, "acks": "all", "enable.idempotence": True})
producer.produce(topic, value)
assert producer.flush(30) == 0, "the record was not taken"

consumer = Consumer({"bootstrap.servers": kafka, "group.id": topic, "auto.offset.reset": "earliest"})
consumer.subscribe([topic])
message = consumer.poll(30)
assert message is not None and message.error() is None, "the record did not come back"
note = AvroDeserializer(registry)(message.value(), context)
consumer.close()
assert note == {"text": "hello"}, note

assert subject in registry.get_subjects()
assert registry.test_compatibility(subject, Schema(second, "AVRO"))
assert not registry.test_compatibility(subject, Schema(clashing, "AVRO"))
registry.register_schema(subject, Schema(second, "AVRO"))
latest = registry.get_latest_version(subject)
assert latest.version == 2, latest
assert registry.get_versions(subject) == [1, 2]
registry.delete_subject(subject)
assert subject not in registry.get_subjects()
print(f"{note} under schema id {int.from_bytes(value[1:5], 'big')}, second version has id {latest.schema_id}")
