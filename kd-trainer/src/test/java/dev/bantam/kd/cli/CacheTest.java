package dev.bantam.kd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheTest {
  @Test
  void the_cache_is_where_the_environment_says() {
    Path home = Path.of(System.getProperty("user.home"));
    assertThat(Cache.home(Map.of())).isEqualTo(home.resolve(".cache/bantam"));
    assertThat(Cache.home(Map.of("XDG_CACHE_HOME", "/caches")))
        .isEqualTo(Path.of("/caches/bantam"));
    assertThat(Cache.home(Map.of("XDG_CACHE_HOME", "/caches", "BANTAM_CACHE", "/own")))
        .isEqualTo(Path.of("/own"));
    assertThat(Cache.home(Map.of("XDG_CACHE_HOME", "", "BANTAM_CACHE", "")))
        .isEqualTo(home.resolve(".cache/bantam"));
  }
}
