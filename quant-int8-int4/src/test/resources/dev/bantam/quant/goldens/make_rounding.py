"""Make rounding.txt: weights rounded to few bits, and floats of 8 bits, by numpy and PyTorch.

    pip install torch==2.13.0 numpy==2.4.6
    python make_rounding.py

Every line is a name and numbers, separated by spaces.

    weight                            [9, 75], float32
    {case}.codes / .scales / .zeros   the weight quantized; a case is type, group size (75: a row,
                                      0: the tensor) and any of asymmetric, clipped, half
    nf4.levels                        the sixteen levels, as given by the QLoRA paper's appendix
    {fp8}.values                      what the codes 0 to 255 stand for
    {fp8}.floats / .codes             float32 numbers around the middles between neighbours, and the
                                      codes they are rounded to
"""

from pathlib import Path

import numpy as np
import torch

RNG = np.random.default_rng(2026)
F = np.float32
NF4 = [
    -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453,
    -0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0.0,
    0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
    0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0,
]  # fmt: skip
FP8 = {"fp8_e4m3": torch.float8_e4m3fn, "fp8_e5m2": torch.float8_e5m2}
LARGEST = {"fp8_e4m3": F(448), "fp8_e5m2": F(57344)}
lines = []


def put(name, values):
    numbers = np.asarray(values, dtype=np.float64).reshape(-1)
    lines.append(" ".join([name] + [f"{x:.9g}" for x in numbers]))


def codes_of(kind, w, scale, zero):
    x = (w / F(scale)).astype(F)
    if kind == "int8":
        return np.clip(np.rint(x) + zero, -127, 127)
    if kind == "int4":
        return np.clip(np.rint(x) + zero, -8, 7)
    if kind == "nf4":
        return np.abs(x[:, None] - np.array(NF4, F)[None]).argmin(1)
    x = np.clip(x, -LARGEST[kind], LARGEST[kind])  # PyTorch makes what is beyond NaN or infinite
    return torch.tensor(x).to(FP8[kind]).view(torch.uint8).numpy().astype(int)


def values_of(kind, codes, scale, zero):
    if kind in FP8:
        levels = torch.tensor(codes.astype(np.uint8)).view(FP8[kind]).float().numpy()
    elif kind == "nf4":
        levels = np.array(NF4, F)[codes]
    else:
        levels = (codes - zero).astype(F)
    return (F(scale) * levels).astype(F)


def grid(kind, low, high, asymmetric, half):
    low, high = float(low), float(high)
    least, greatest = (-127, 127) if kind == "int8" else (-8, 7)
    largest = high if high >= -low else low
    if asymmetric:
        scale = (high - low) / (greatest - least)
    elif kind == "int4":
        scale = largest / -8
    else:
        scale = abs(largest) / {"int8": 127, "nf4": 1, "fp8_e4m3": 448, "fp8_e5m2": 57344}[kind]
    scale = F(scale)
    if half:
        scale = F(np.float16(scale))
    if scale == 0:
        scale = F(1)
    zero = np.clip(np.rint(least - low / float(scale)), least, greatest) if asymmetric else 0
    return scale, zero


def quantize(kind, w, asymmetric, clipped, half):
    low, high = min(w.min(), 0), max(w.max(), 0)
    best = None
    for step in range(41 if clipped else 1):
        part = 1 - 0.5 * step / 40
        scale, zero = grid(kind, part * float(low), part * float(high), asymmetric, half)
        codes = codes_of(kind, w, scale, zero)
        error = ((values_of(kind, codes, scale, zero).astype(float) - w.astype(float)) ** 2).sum()
        if best is None or error < best[0]:
            best = error, codes, scale, zero
    return best[1:]


weight = (0.05 * RNG.standard_normal((9, 75))).astype(F)
weight[2] = 0  # nothing
weight[3] = np.abs(weight[3])  # one-sided
weight[4] = -np.abs(weight[4]) - F(1)  # one-sided and far from 0
weight[5, 7] = 3  # an outlier
weight[6, :32] = 0  # an empty group
weight[7] = F(1e-42)  # no float holds its step
weight[8] = np.arange(75, dtype=F) / 2 - 18  # halves: ties
put("weight", weight)
put("nf4.levels", NF4)

for kind in ["int8", "int4", "nf4", "fp8_e4m3", "fp8_e5m2"]:
    for size in [0, 75, 64, 32]:
        for flags in ["", "asymmetric", "clipped", "half", "asymmetric,clipped,half"]:
            if "asymmetric" in flags and not kind.startswith("int"):
                continue
            ask = [f in flags for f in ("asymmetric", "clipped", "half")]
            codes, scales, zeros = [], [], []
            for row in weight if size else [weight.reshape(-1)]:
                for at in range(0, len(row), size or len(row)):
                    c, s, z = quantize(kind, row[at : at + (size or len(row))], *ask)
                    codes.append(c), scales.append(s), zeros.append(z)
            name = ".".join(filter(None, [kind, str(size), flags]))
            put(name + ".codes", np.concatenate(codes))
            put(name + ".scales", scales)
            put(name + ".zeros", zeros)

for kind, dtype in FP8.items():
    values = torch.arange(256, dtype=torch.uint8).view(dtype).float().numpy()
    put(kind + ".values", values)
    finite = np.unique(values[np.isfinite(values)].astype(F))
    middles = ((finite[1:].astype(float) + finite[:-1]) / 2).astype(F)  # exact
    floats = np.concatenate(
        [middles, np.nextafter(middles, F(-np.inf)), np.nextafter(middles, F(np.inf)), finite]
    )
    put(kind + ".floats", floats)
    put(kind + ".codes", torch.tensor(floats).to(dtype).view(torch.uint8).numpy())

Path(__file__).with_name("rounding.txt").write_text("\n".join(lines) + "\n")
