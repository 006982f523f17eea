package org.snowtrack.connectors.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * All phrases of all topics, looked for in one pass over a text, whatever the text is: an automaton after Aho and
 * Corasick (<i>Efficient string matching</i>, CACM 18, 1975), with every failing step worked out beforehand. Case does
 * not matter in ASCII. Immutable; safe for any thread.
 */
final class Phrases {

    private static final int ASCII = 128;

    /** By character: its column; column 0 is for whatever no phrase holds. */
    private final byte[] columns = new byte[ASCII];

    private final int width;
    /** By state and column: the next state. State 0 is the start. */
    private final int[] next;
    /** By state: the topics of which a phrase ends there. */
    private final List<Set<ReplyTopic>> ending = new ArrayList<>();

    Phrases() {
        int letters = 1;
        int used = 1;
        for (ReplyTopic topic : ReplyTopic.values()) {
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
        next = new int[letters * width];
        ending.add(EnumSet.noneOf(ReplyTopic.class));
        for (ReplyTopic topic : ReplyTopic.values()) {
            topic.phrases().forEach(phrase -> add(phrase, topic));
        }
        workOutFailingSteps();
    }

    private void add(String phrase, ReplyTopic topic) {
        int state = 0;
        for (int i = 0; i < phrase.length(); i++) {
            int step = state * width + columns[phrase.charAt(i)];
            if (next[step] == 0) {
                next[step] = ending.size();
                ending.add(EnumSet.noneOf(ReplyTopic.class));
            }
            state = next[step];
        }
        ending.get(state).add(topic);
    }

    private void workOutFailingSteps() {
        int[] fallback = new int[ending.size()];
        Deque<Integer> breadthFirst = new ArrayDeque<>();
        for (int column = 0; column < width; column++) {
            if (next[column] != 0) {
                breadthFirst.add(next[column]);
            }
        }
        while (!breadthFirst.isEmpty()) {
            int state = breadthFirst.remove();
            int shorter = fallback[state];
            ending.get(state).addAll(ending.get(shorter));
            for (int column = 0; column < width; column++) {
                int step = state * width + column;
                if (next[step] == 0) {
                    next[step] = next[shorter * width + column];
                } else {
                    fallback[next[step]] = next[shorter * width + column];
                    breadthFirst.add(next[step]);
                }
            }
        }
        // Most states end nothing, and the empty set is asked for at every character.
        ending.replaceAll(topics -> topics.isEmpty() ? Collections.emptySet() : topics);
    }

    /** The topics of which the text holds a phrase. */
    Set<ReplyTopic> topics(CharSequence text) {
        Set<ReplyTopic> topics = EnumSet.noneOf(ReplyTopic.class);
        int state = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            state = next[state * width + (c < ASCII ? columns[c] : 0)];
            Set<ReplyTopic> ended = ending.get(state);
            if (!ended.isEmpty()) {
                topics.addAll(ended);
            }
        }
        return topics;
    }
}
