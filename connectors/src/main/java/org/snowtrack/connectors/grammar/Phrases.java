package org.snowtrack.connectors.grammar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;

/**
 * All phrases of all topics, looked for in one pass over a text, whatever the text is: an automaton after Aho and
 * Corasick (<i>Efficient string matching</i>, CACM 18, 1975), with every failing step worked out beforehand. Case does
 * not matter in ASCII. Immutable; safe for any thread.
 */
final class Phrases {

    private static final int ASCII = 128;
    private static final ReplyTopic[] TOPICS = ReplyTopic.values();

    /** By character: its column; column 0 is for whatever no phrase holds. */
    private final byte[] columns = new byte[ASCII];

    private final int width;
    private int states = 1;
    /** By state and column: the next state. State 0 is the start. Characters, because fewer bytes stay in the cache. */
    private final char[] next;
    /** By state: the topics of which a phrase ends there; bit i is topic i. */
    private final int[] ending;

    Phrases() {
        int letters = 1;
        int used = 1;
        for (ReplyTopic topic : TOPICS) {
            for (String phrase : topic.phrases()) {
                letters += phrase.length();
                for (int i = 0; i < phrase.length(); i++) {
                    if (columns[phrase.charAt(i)] == 0) {
                        columns[phrase.charAt(i)] = (byte) used++;
                    }
                }
            }
        }
        for (char c = 'A'; c <= 'Z'; c++) {
            columns[c] = columns[Character.toLowerCase(c)];
        }
        width = used;
        next = new char[letters * width];
        ending = new int[letters];
        for (int i = 0; i < TOPICS.length; i++) {
            int bit = 1 << i;
            TOPICS[i].phrases().forEach(phrase -> add(phrase, bit));
        }
        workOutFailingSteps();
    }

    private void add(String phrase, int topic) {
        int state = 0;
        for (int i = 0; i < phrase.length(); i++) {
            int step = state * width + columns[phrase.charAt(i)];
            if (next[step] == 0) {
                next[step] = (char) states++;
            }
            state = next[step];
        }
        ending[state] |= topic;
    }

    private void workOutFailingSteps() {
        int[] fallback = new int[states];
        Deque<Integer> breadthFirst = new ArrayDeque<>();
        for (int column = 0; column < width; column++) {
            if (next[column] != 0) {
                breadthFirst.add((int) next[column]);
            }
        }
        while (!breadthFirst.isEmpty()) {
            int state = breadthFirst.remove();
            int shorter = fallback[state];
            ending[state] |= ending[shorter];
            for (int column = 0; column < width; column++) {
                int step = state * width + column;
                if (next[step] == 0) {
                    next[step] = next[shorter * width + column];
                } else {
                    fallback[next[step]] = next[shorter * width + column];
                    breadthFirst.add((int) next[step]);
                }
            }
        }
    }

    /** The topics of which the text holds a phrase. It begins as behind a blank, with which some phrases begin. */
    Set<ReplyTopic> topics(String text) {
        // What is not Latin-1 becomes a question mark, which no phrase holds.
        byte[] letters = text.getBytes(StandardCharsets.ISO_8859_1);
        byte[] column = columns;
        char[] step = next;
        int[] ended = ending;
        int stride = width;
        int found = 0;
        int state = step[column[' ']];
        for (byte letter : letters) {
            state = step[state * stride + (letter < 0 ? 0 : column[letter])];
            found |= ended[state];
        }
        Set<ReplyTopic> topics = EnumSet.noneOf(ReplyTopic.class);
        for (int i = 0; i < TOPICS.length; i++) {
            if ((found & 1 << i) != 0) {
                topics.add(TOPICS[i]);
            }
        }
        return topics;
    }
}
