package io.weir.topology.netflow;

/**
 * What an element means.
 *
 * @param enterprise private enterprise number, unsigned; 0 for IANA's
 * @param id 0 to 65535
 * @param name as registered
 * @param type abstract data type
 * @param semantics as registered: quantity, totalCounter, deltaCounter, identifier, flags, list, snmpCounter, snmpGauge, default; empty where none
 * @param unit as registered, empty where none
 */
public record InformationElement(
        int enterprise, int id, String name, ElementType type, String semantics, String unit) {}
