package org.snowtrack.lookups.cache;

/**
 * How much of the heap something takes, in bytes, told by its text: two for each character, as Java holds any but Latin ones,
 * and 48 for the objects of each part, as a comma parts the text of lists and records. Meant to be too high rather than too
 * low, and nothing that a zone or a registry writes makes it too low by much.
 */
final class Footprint {

    /** What an entry of the memory takes beside its question and the value of its answer. */
    static final int OF_AN_ENTRY = 256;

    /** No more than this each, so that the sum of a question, an answer and their entry is an int. */
    private static final int MOST = (1 << 30) - 1024;

    private static final int OF_A_PART = 48;

    private Footprint() {}

    /** @param value whose text tells all that it holds, as that of lists, records and texts does */
    static int of(Object value) {
        String text = value.toString();
        long parts = 1 + text.chars().filter(character -> character == ',').count();
        return (int) Math.min(MOST, OF_A_PART * parts + 2L * text.length());
    }
}
