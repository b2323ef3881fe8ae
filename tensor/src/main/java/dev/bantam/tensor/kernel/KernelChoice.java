package dev.bantam.tensor.kernel;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the kernels of this process by what it can run, never by a version: the Vector API must
 * be there, compiled (never interpreted), and at least as wide as a register on this architecture
 * usefully is.
 */
final class KernelChoice {
  private static final String SIMD_CLASS = "dev.bantam.tensor.kernel.simd.SimdKernels";

  static final @Nullable Kernels SIMD;
  static final Kernels BEST;

  static {
    String obstacle = obstacle();
    Kernels simd = null;
    if (obstacle == null) {
      try {
        simd =
            Class.forName(SIMD_CLASS)
                .asSubclass(Kernels.class)
                .getDeclaredConstructor()
                .newInstance();
      } catch (ReflectiveOperationException | LinkageError e) {
        obstacle = "the SIMD kernels do not start: " + e;
      }
    }
    SIMD = simd;
    if (simd != null) {
      obstacle = tooNarrow(simd.vectorBits());
    }
    BEST = simd == null || obstacle != null ? Kernels.scalar() : simd;
    System.getLogger("dev.bantam.tensor")
        .log(
            System.Logger.Level.INFO,
            "kernels: "
                + BEST.name()
                + ", because "
                + (obstacle == null ? "the Vector API is present and compiled" : obstacle));
  }

  private KernelChoice() {}

  /** Why the Vector API cannot be used here, or null if it can. */
  private static @Nullable String obstacle() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return "module jdk.incubator.vector is not resolved; start Java with --add-modules"
          + " jdk.incubator.vector";
    }
    String vm = System.getProperty("java.vm.name", "").toLowerCase(Locale.ROOT);
    if (!vm.contains("openjdk") && !vm.contains("hotspot") && !vm.contains("graalvm")) {
      return "the virtual machine '" + vm + "' is not known to compile the Vector API";
    }
    String mode = System.getProperty("java.vm.info", "");
    if (mode.contains("interpreted") || mode.contains("emulated-client")) {
      return "the optimizing compiler is off (" + mode + ")";
    }
    if (!MultiplyAdd.FUSED) {
      return "there is no fused multiply-add, or the virtual machine does not use it";
    }
    return null;
  }

  /** Why vectors of this width are not worth it here, or null if they are. */
  private static @Nullable String tooNarrow(int bits) {
    String arch = System.getProperty("os.arch", "");
    int least = arch.matches("amd64|x86_64") ? 256 : 128; // x86 with fused multiply-add has 256
    return bits >= least
        ? null
        : "vectors of " + bits + " bits are too narrow; on " + arch + " they need " + least;
  }
}
