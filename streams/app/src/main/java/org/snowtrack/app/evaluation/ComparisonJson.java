package org.snowtrack.app.evaluation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** A comparison for machines: one object. Shares are from 0 to 1, times in seconds. */
public final class ComparisonJson {

    private static final double MEDIAN = 0.5;
    private static final double MOST = 0.9;

    private ComparisonJson() {}

    /**
     * Writes a comparison.
     *
     * @param without what it comes to without some evidence, by the evidence; may be empty
     */
    public static String write(Comparison comparison, Map<String, Comparison> without) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeFieldName("snowtrack");
            scores(json, comparison.own());
            json.writeArrayFieldStart("rivals");
            for (Scores rival : comparison.rivals()) {
                scores(json, rival);
            }
            json.writeEndArray();
            json.writeObjectFieldStart("without");
            for (Map.Entry<String, Comparison> one : without.entrySet()) {
                json.writeFieldName(one.getKey());
                scores(json, one.getValue().own());
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("nothing is written but memory", e);
        }
        return text.toString();
    }

    private static void scores(JsonGenerator json, Scores scores) throws IOException {
        json.writeStartObject();
        json.writeStringField("rule", scores.name());
        kinds(json, "campaigns", scores.campaigns(), scores.allCampaigns());
        kinds(json, "innocents", scores.innocents(), scores.allInnocents());
        json.writeNumberField("others_covered", scores.others());
        json.writeEndObject();
    }

    private static void kinds(JsonGenerator json, String field, SortedMap<String, Score> kinds, Score all)
            throws IOException {
        json.writeObjectFieldStart(field);
        json.writeFieldName("all");
        score(json, all);
        json.writeObjectFieldStart("kinds");
        for (Map.Entry<String, Score> kind : kinds.entrySet()) {
            json.writeFieldName(kind.getKey());
            score(json, kind.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void score(JsonGenerator json, Score score) throws IOException {
        json.writeStartObject();
        json.writeNumberField("ranges", score.ranges());
        json.writeNumberField("ranges_listed", score.rangesListed());
        json.writeNumberField("addresses", score.addresses());
        share(json, "listed", score.listed(), score.addresses());
        share(json, "ahead", score.ahead(), score.addresses());
        json.writeNumberField("late_addresses", score.late());
        share(json, "late_ahead", score.lateAhead(), score.late());
        json.writeNumberField("covered", score.covered());
        time(json, "delay_median_s", score.delay(MEDIAN));
        time(json, "delay_p90_s", score.delay(MOST));
        json.writeEndObject();
    }

    private static void share(JsonGenerator json, String field, int some, int all) throws IOException {
        json.writeNumberField(field, some);
        if (all == 0) {
            json.writeNullField(field + "_share");
            return;
        }
        Wilson interval = Wilson.of(some, all);
        json.writeNumberField(field + "_share", (double) some / all);
        json.writeNumberField(field + "_low", interval.low());
        json.writeNumberField(field + "_high", interval.high());
    }

    private static void time(JsonGenerator json, String field, Optional<Duration> time) throws IOException {
        if (time.isPresent()) {
            json.writeNumberField(field, time.get().toSeconds());
        } else {
            json.writeNullField(field);
        }
    }
}
