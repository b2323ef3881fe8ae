package dev.bantam.safetensors.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer, which fails when nothing of it arrives for a while: the timeout of an HTTP
 * request ends with its headers.
 */
final class TimedInput extends InputStream {
  private final InputStream body;
  private final Duration patience;
  private volatile boolean gaveUp;

  /**
   * A body that is still to be read.
   *
   * @param body a stream whose {@code close} lets a {@code read} in another thread fail
   */
  TimedInput(InputStream body, Duration patience) {
    this.body = body;
    this.patience = patience;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    CompletableFuture<Void> alarm =
        new CompletableFuture<Void>()
            .completeOnTimeout(null, patience.toNanos(), TimeUnit.NANOSECONDS);
    var _ = alarm.thenRun(this::giveUp);
    try {
      return body.read(buffer, offset, length);
    } catch (IOException e) {
      if (gaveUp) {
        throw new HttpTimeoutException("nothing came for " + patience.toSeconds() + " s");
      }
      throw e;
    } finally {
      alarm.cancel(false);
    }
  }

  @Override
  public void close() throws IOException {
    body.close();
  }

  private void giveUp() {
    gaveUp = true;
    try {
      body.close();
    } catch (IOException e) {
      // The reader fails in either case.
    }
  }
}
