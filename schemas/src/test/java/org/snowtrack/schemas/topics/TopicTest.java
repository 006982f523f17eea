package org.snowtrack.schemas.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicTest {

    @Test
    void shouldKeepEveryNameBecauseNamesArePublic() {
        assertThat(Stream.of(Topic.values()).map(Topic::topicName))
                .containsExactly(
                        "mail-rejections",
                        "dead-letters",
                        "address-activity",
                        "ptr-records",
                        "domain-records",
                        "flagged-ranges",
                        "range-alerts",
                        "allowances",
                        "domain-facts",
                        "day-settlements",
                        "mta-logs",
                        "campaigns",
                        "indicators",
                        "connected-domains")
                .doesNotHaveDuplicates();
        assertThat(Topic.inUse().map(Topic::topicName))
                .containsExactly(
                        "mail-rejections",
                        "dead-letters",
                        "address-activity",
                        "ptr-records",
                        "domain-records",
                        "flagged-ranges",
                        "range-alerts",
                        "allowances",
                        "domain-facts",
                        "day-settlements",
                        "mta-logs",
                        "campaigns");
    }

    @ParameterizedTest
    @EnumSource
    void shouldDescribeItselfInOneTableRow(Topic topic) {
        assertThat(topic.topicName()).matches("[a-z]+(-[a-z]+)*");
        assertThat(topic.key()).isNotBlank().hasSizeLessThanOrEqualTo(20);
        assertThat(topic.value()).isNotBlank().hasSizeLessThanOrEqualTo(60);
        assertThat(topic.description()).endsWith(".").hasSizeBetween(15, 160).doesNotContain("\n");
    }

    @ParameterizedTest
    @EnumSource
    void shouldHaveSettingsThatKafkaTakes(Topic topic) {
        // When
        Map<String, String> settings = topic.settings();

        // Then
        if ("compact".equals(settings.get("cleanup.policy"))) {
            assertThat(settings).containsOnlyKeys("cleanup.policy");
        } else {
            assertThat(settings)
                    .containsEntry("cleanup.policy", "delete")
                    .containsOnlyKeys("cleanup.policy", "retention.ms");
            assertThat(Duration.ofMillis(Long.parseLong(settings.get("retention.ms"))))
                    .as("lines hold recipients and go soon")
                    .isEqualTo(Duration.ofDays(topic == Topic.MTA_LOGS ? 7 : 75));
        }
    }

    @Test
    void shouldCompactWhatIsStateAndNothingElse() {
        assertThat(Stream.of(Topic.values()).filter(topic -> topic.settings().containsValue("compact")))
                .containsExactly(
                        Topic.ADDRESS_ACTIVITY,
                        Topic.PTR_RECORDS,
                        Topic.DOMAIN_RECORDS,
                        Topic.FLAGGED_RANGES,
                        Topic.ALLOWANCES,
                        Topic.CAMPAIGNS);
    }

    @Test
    void shouldGiveOnePartitionToWhatMustBeInOrder() {
        assertThat(Topic.DAY_SETTLEMENTS.partitions(12)).isEqualTo(1);
        assertThat(Topic.FLAGGED_RANGES.partitions(12)).isEqualTo(12);
    }

    @Property
    void shouldBindTheReporterToTheSuffixOfEveryTopicItSubscribesTo(
            @ForAll @NotEmpty @StringLength(max = 200) @Chars({'a', 'z', 'A', '0', '.', '_', '-'}) String reporter) {
        // Given
        String topic = "mail-rejections." + reporter;
        String lines = "mta-logs." + reporter;

        // Then
        assertThat(Topic.rejectionTopics().matcher(topic).matches()).isTrue();
        assertThat(Topic.logTopics().matcher(lines).matches()).isTrue();
        assertThat(Topic.boundReporter(topic)).contains(reporter);
        assertThat(Topic.boundReporter(lines)).contains(reporter);
        assertThat(Topic.MTA_LOGS.boundTo(reporter)).isEqualTo(lines);
    }

    @Test
    void shouldBindNobodyToTheBareTopic() {
        assertThat(Topic.rejectionTopics().matcher("mail-rejections").matches()).isTrue();
        assertThat(Topic.boundReporter("mail-rejections")).isEmpty();
        assertThat(Topic.logTopics().matcher("mta-logs").matches()).isTrue();
        assertThat(Topic.boundReporter("mta-logs")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mail-rejections.",
                "mail-rejections-isp",
                "mail-rejectionsX",
                "my-mail-rejections",
                "mail-rejections_isp",
                "mail_rejections"
            })
    void shouldNotSubscribeToTopicsThatOnlyLookAlike(String topic) {
        assertThat(Topic.rejectionTopics().matcher(topic).matches()).isFalse();
        assertThat(Topic.logTopics()
                        .matcher(topic.replace("mail-rejections", "mta-logs"))
                        .matches())
                .isFalse();
    }
}
