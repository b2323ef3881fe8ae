package dev.bantam.tensor.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@link AttentionKernel} as its definition, one query at a time. */
final class ScalarAttention implements AttentionKernel {

  @Override
  public void attend(
      float[] q,
      float[] k,
      float[] v,
      int at,
      int ld,
      int length,
      int headDim,
      float scale,
      float[] y,
      int yOffset,
      int ldy,
      float @Nullable [] probabilities,
      int pOffset,
      @Nullable Dropout dropout,
      float[] scratch) {
    for (int i = 0; i < length; i++) {
      for (int j = 0; j < length; j++) {
        float dot = 0;
        for (int c = 0; c < headDim; c++) {
          dot = MultiplyAdd.of(q[at + i * ld + c], k[at + j * ld + c], dot);
        }
        scratch[j] = scale * dot;
      }
      ScalarRows.softmaxRow(scratch, 0, length);
      int row = pOffset + i * length;
      if (probabilities != null) {
        System.arraycopy(scratch, 0, probabilities, row, length);
      }
      for (int j = 0; dropout != null && j < length; j++) {
        scratch[j] *= dropout.factor(row + j);
      }
      for (int c = 0; c < headDim; c++) {
        float sum = 0;
        for (int j = 0; j < length; j++) {
          sum = MultiplyAdd.of(scratch[j], v[at + j * ld + c], sum);
        }
        y[yOffset + i * ldy + c] = sum;
      }
    }
  }

  @Override
  public int scratchSize(int length, int headDim) {
    return length;
  }

  @Override
  public void backward(
      float[] q,
      float[] k,
      float[] v,
      int at,
      int ld,
      int length,
      int headDim,
      float scale,
      float[] probabilities,
      int pOffset,
      @Nullable Dropout dropout,
      float[] dy,
      int dyOffset,
      int ldy,
      float[] dq,
      float[] dk,
      float[] dv,
      int to,
      int ldd,
      float[] scratch) {
    for (int i = 0; i < length; i++) {
      Arrays.fill(dq, to + i * ldd, to + i * ldd + headDim, 0);
      Arrays.fill(dk, to + i * ldd, to + i * ldd + headDim, 0);
      Arrays.fill(dv, to + i * ldd, to + i * ldd + headDim, 0);
    }
    for (int i = 0; i < length; i++) {
      int row = pOffset + i * length;
      double dot = 0;
      for (int j = 0; j < length; j++) {
        double dp = 0;
        for (int c = 0; c < headDim; c++) {
          dp += (double) dy[dyOffset + i * ldy + c] * v[at + j * ld + c];
        }
        float factor = dropout == null ? 1 : dropout.factor(row + j);
        scratch[j] = (float) (dp * factor);
        dot += (double) probabilities[row + j] * scratch[j];
        for (int c = 0; c < headDim; c++) {
          dv[to + j * ldd + c] += probabilities[row + j] * factor * dy[dyOffset + i * ldy + c];
        }
      }
      for (int j = 0; j < length; j++) {
        float ds = (float) (scale * probabilities[row + j] * (scratch[j] - dot));
        for (int c = 0; c < headDim; c++) {
          dq[to + i * ldd + c] += ds * k[at + j * ld + c];
          dk[to + j * ldd + c] += ds * q[at + i * ld + c];
        }
      }
    }
  }

  @Override
  public int backwardScratchSize(int length, int headDim) {
    return length;
  }
}
