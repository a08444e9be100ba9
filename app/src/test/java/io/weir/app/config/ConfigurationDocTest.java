package io.weir.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.app.Golden;
import org.junit.jupiter.api.Test;

class ConfigurationDocTest {

    @Test
    void shouldBeTheCommittedDocument() {
        Golden.assertFile("docs/configuration.md", ConfigurationDoc.markdown());
    }

    @Test
    void shouldDocumentEverySetting() {
        assertThat(Catalogue.all())
                .allSatisfy(setting -> assertThat(ConfigurationDoc.markdown()).contains("| `" + setting.key() + "` |"));
    }
}
