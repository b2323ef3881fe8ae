package dev.bantam.safetensors.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubSettingsTest {
  @TempDir Path home;

  private HubSettings settings(String... variables) throws IOException {
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < variables.length; i += 2) {
      environment.put(variables[i], variables[i + 1]);
    }
    return HubSettings.fromEnvironment(environment, home);
  }

  @Test
  void without_variables_the_defaults_hold() throws IOException {
    assertThat(settings())
        .isEqualTo(
            new HubSettings(
                URI.create("https://huggingface.co"),
                home.resolve(".cache/huggingface/hub"),
                null,
                false));
  }

  @Test
  void the_cache_is_found_through_three_variables_the_closest_first() throws IOException {
    assertThat(settings("XDG_CACHE_HOME", "/xdg").cache())
        .isEqualTo(Path.of("/xdg/huggingface/hub"));
    assertThat(settings("XDG_CACHE_HOME", "/xdg", "HF_HOME", "/hf").cache())
        .isEqualTo(Path.of("/hf/hub"));
    assertThat(settings("HF_HOME", "/hf", "HF_HUB_CACHE", "/cache").cache())
        .isEqualTo(Path.of("/cache"));
    assertThat(settings("HF_HOME", "~/hf").cache()).isEqualTo(home.resolve("hf/hub"));
    assertThat(settings("HF_HUB_CACHE", "~").cache()).isEqualTo(home);
    assertThat(settings("HF_HUB_CACHE", " ").cache())
        .isEqualTo(home.resolve(".cache/huggingface/hub"));
  }

  @Test
  void the_endpoint_has_no_slash_at_its_end() throws IOException {
    assertThat(settings("HF_ENDPOINT", "https://mirror.example/hf//").endpoint())
        .isEqualTo(URI.create("https://mirror.example/hf"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mirror.example", "ftp://mirror.example", "/path", "http:///x", "a b"})
  void an_endpoint_that_is_no_address_is_refused(String endpoint) {
    assertThatThrownBy(() -> settings("HF_ENDPOINT", endpoint))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("HF_ENDPOINT: ")
        .hasMessageContaining(endpoint);
  }

  @Test
  void a_token_of_two_lines_is_refused_and_not_told() {
    assertThatThrownBy(() -> settings("HF_TOKEN", "hf_secret\nhf_other"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("HF_TOKEN: expected one line, got several");
  }

  @Test
  void the_token_is_a_variable_or_in_a_file() throws IOException {
    Path folder = Files.createDirectories(home.resolve(".cache/huggingface"));
    Files.writeString(folder.resolve("token"), "hf_file\n");
    assertThat(settings().token()).isEqualTo("hf_file");
    assertThat(settings("HF_TOKEN", "hf_variable").token()).isEqualTo("hf_variable");
    assertThat(settings("HF_TOKEN", "").token()).isEqualTo("hf_file");
    assertThat(settings("HF_HOME", home.resolve("other").toString()).token()).isNull();
    Files.writeString(folder.resolve("token"), "\n");
    assertThat(settings().token()).isNull();
  }

  @Test
  void the_token_is_not_printed() throws IOException {
    assertThat(settings("HF_TOKEN", "hf_secret").toString()).doesNotContain("hf_secret");
  }

  @ParameterizedTest
  @CsvSource({"1, true", "true, true", "Yes, true", "ON, true", "0, false", "false, false"})
  void offline_mode_is_a_switch(String value, boolean offline) throws IOException {
    assertThat(settings("HF_HUB_OFFLINE", value).offline()).isEqualTo(offline);
  }
}
