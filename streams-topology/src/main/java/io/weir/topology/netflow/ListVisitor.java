package io.weir.topology.netflow;

/** Is told what a list holds (RFC 6313), in its order. Positions are in the record's buffer; depth is 1 in the outermost list. */
public interface ListVisitor {
    /** A list begins. {@code semantic}: 0 none of, 1 exactly one of, 2 one or more of, 3 all of, 4 ordered, 255 undefined. */
    void onList(int depth, ElementType type, int semantic);

    /** A record of a sub-template list begins; its fields follow. */
    void onRecord(int depth, Template template, int position);

    /** A value: of a basic list, or of a record's field. One that is a list itself is told as value and then as list. */
    void onValue(int depth, int enterprise, int id, int position, int octets);

    /**
     * A list, or the rest of one, that cannot be read.
     *
     * @param octets how many octets are not read
     */
    void onProblem(int depth, ListProblem problem, int position, int octets);

    /** Why a list cannot be read. */
    enum ListProblem {
        /** It ends within a header, a value or a record. */
        CUT,
        /** The template of its records is not known. */
        UNKNOWN_TEMPLATE,
        /** Values of no length would be endless. */
        NO_LENGTH,
        /** Lists within lists deeper than allowed. */
        TOO_DEEP,
        /** More values than allowed. */
        TOO_MUCH_WORK
    }
}
