package io.weir.topology.sflow;

/**
 * Takes the fields of one record from {@link StructureReader}, in the order of the wire. Fields that the record does not hold are not
 * called for; one whose value says that it is not known comes as {@link #onUnknown}, never as a number.
 */
public interface FieldVisitor {
    /**
     * A number.
     *
     * @param value unsigned numbers of 32 bits and MAC addresses (48 bits) as they are, signed ones and percentages with their sign; those of
     *     64 bits are unsigned
     */
    void onNumber(Field field, long value);

    /** A number that the agent does not know. */
    void onUnknown(Field field);

    /** A number of {@link FieldType#F32}. */
    void onFloat(Field field, float value);

    /** An address; halves as in {@link SflowAddress}. */
    void onAddress(Field field, int ipVersion, long high, long low);

    /**
     * A text, opaque octets or a UUID.
     *
     * @param position index in the buffer of the first octet
     * @param octets without padding; those that are there, where the field claims to be longer than the record
     */
    void onOctets(Field field, int position, int octets);

    /** An array or a list of flow records begins; as many elements as it claims need not follow. */
    void onArray(Field field, long count);

    /** The fields of one more element follow, up to the next element or the end. */
    void onElement(Field field, int index);

    /** The innermost array is at its end. */
    void onArrayEnd(Field field);

    /**
     * A flow record within the record; its fields follow if its structure is known.
     *
     * @param structure null if none is published
     * @param position index in the buffer where its body begins
     * @param octets of the body that are there
     */
    void onRecord(int enterprise, int format, Structure structure, int position, int octets);

    /** The innermost flow record within is at its end. */
    void onRecordEnd();

    /** Octets behind the last field that is known: what a later revision has appended. */
    void onExtraOctets(int position, int octets);
}
