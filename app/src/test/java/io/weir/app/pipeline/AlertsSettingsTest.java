package io.weir.app.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weir.app.config.Environment;
import io.weir.app.config.Settings;
import io.weir.app.config.SettingsLoader;
import io.weir.app.failure.ExitCode;
import io.weir.app.failure.Failure;
import io.weir.exporters.alert.AlertsConfig;
import io.weir.schemas.Severity;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** From settings to those who are told. */
class AlertsSettingsTest {

    private static Settings settings(String... keysAndValues) {
        SettingsLoader loader = new SettingsLoader(new Environment(Map.of(), Path.of("/home/ada")));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            loader.assign(keysAndValues[i], keysAndValues[i + 1], "-s");
        }
        return loader.load();
    }

    private static Failure mistake(String... keysAndValues) {
        Failure failure = catchThrowableOfType(Failure.class, () -> ModuleConfigs.checkAlerts(settings(keysAndValues)));
        assertThat(failure.exitCode()).isEqualTo(ExitCode.USAGE);
        return failure;
    }

    @Test
    void shouldTellNobodyUnlessSomebodyIsNamed() {
        assertThat(ModuleConfigs.hasAlerts(settings())).isFalse();
        for (String receiver : new String[] {"alerts.webhook.url", "alerts.alertmanager.url", "alerts.slack.url"}) {
            assertThat(ModuleConfigs.hasAlerts(settings(receiver, "http://h:1/x")))
                    .isTrue();
        }
        assertThat(ModuleConfigs.hasAlerts(settings("alerts.syslog.to", "udp://h:514")))
                .isTrue();
    }

    @Test
    void shouldTakeEachReceiverWithItsOwn() {
        AlertsConfig config = ModuleConfigs.alerts(settings(
                "alerts.webhook.url", "https://h/x",
                "alerts.webhook.secret", "key",
                "alerts.min-severity", "high",
                "alerts.syslog.to", "tcp://h:514",
                "alerts.syslog.facility", "16"));
        assertThat(config.webhook().key()).isEqualTo("key");
        assertThat(config.minSeverity()).isEqualTo(Severity.high);
        assertThat(config.syslog().facility()).isEqualTo(16);
        assertThat(config.alertmanager()).isNull();
        assertThat(config.slack()).isNull();
    }

    @Test
    void shouldNameTheSettingThatIsWrongAndNoSecret() {
        assertThat(mistake("alerts.slack.url", "https://h/x", "alerts.filter", "severty == 'high'"))
                .hasMessage("alerts.filter, column 1: unknown name 'severty'");
        assertThat(mistake("alerts.slack.url", "https:///T0P5ECRET"))
                .hasMessageContaining("alerts.slack.url")
                .hasMessageNotContaining("T0P5ECRET");
        assertThat(mistake("alerts.syslog.to", "udp://h")).hasMessageContaining("udp://host:port");
        assertThat(mistake("alerts.alertmanager.url", "http://h:9093/?token=x"))
                .hasMessageContaining("ends with the path");
    }
}
