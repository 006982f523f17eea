package org.snowtrack.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportersTest {

    @Test
    void shouldCountEveryReporterOnceWhateverItSends() {
        assertThat(Reporters.count(List.of(
                        "mail-rejections",
                        "mail-rejections.isp-a",
                        "mail-rejections.isp-b",
                        "mta-logs",
                        "mta-logs.isp-b",
                        "mta-logs.isp-c",
                        "mta-logs-of-somebody-else.isp-d",
                        "snowtrack-1-log-sessions-changelog")))
                .isEqualTo(3);
    }
}
