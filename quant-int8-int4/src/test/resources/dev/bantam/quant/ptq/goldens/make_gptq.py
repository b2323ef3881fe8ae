"""Make gptq.txt: GPTQ a column at a time, with the inverse of the Hessian formed, by numpy.

    pip install numpy==2.4.6
    python make_gptq.py

Every line is a name and numbers, separated by spaces.

    weight              [6, 160], float32
    inputs              [200, 160]
    {case}.codes        a case is bits, group size (160: a row) and 'order' for act-order
    {case}.scales       [6, groups]
"""

from pathlib import Path

import numpy as np

RNG = np.random.default_rng(2026)
ROWS, COLUMNS, SAMPLES = 6, 160, 200
F = np.float32
lines = []


def put(name, values):
    numbers = np.asarray(values, dtype=np.float64).reshape(-1)
    lines.append(" ".join([name] + [f"{x:.9g}" for x in numbers]))


def scale_of(bits, w):
    w = w.astype(F)
    largest = w[np.argmax(np.abs(w))]
    scale = F(abs(float(largest)) / 127) if bits == 8 else F(float(largest) / -8)
    return scale if scale != 0 else F(1)


def gptq(w, h, bits, size, act_order):
    w, h = w.astype(float), h.copy()
    dead = np.diag(h) == 0
    w[:, dead] = 0
    order = np.argsort(-np.diag(h), kind="stable") if act_order else np.arange(COLUMNS)
    damp = 0.01 * np.mean(np.diag(h))
    h[dead, dead] = 1
    h[np.arange(COLUMNS), np.arange(COLUMNS)] += damp
    u = np.linalg.cholesky(np.linalg.inv(h[order][:, order])).T
    least, greatest = (-127, 127) if bits == 8 else (-8, 7)
    groups = [np.arange(a, min(a + size, COLUMNS)) for a in range(0, COLUMNS, size)]
    scales = np.array([[scale_of(bits, weight[r, g]) for g in groups] for r in range(ROWS)])
    codes = np.zeros((ROWS, COLUMNS))
    for i, column in enumerate(order):
        if not act_order and size < COLUMNS and column % size == 0:
            scales[:, column // size] = [scale_of(bits, row[groups[column // size]]) for row in w]
        s = scales[:, column // size]
        codes[:, column] = np.clip(np.rint(w[:, column].astype(F) / s), least, greatest)
        error = (w[:, column] - (codes[:, column].astype(F) * s)) / u[i, i]
        w[:, order[i + 1 :]] -= error[:, None] * u[i, i + 1 :]
    return codes, scales


weight = (0.1 * RNG.standard_normal((ROWS, COLUMNS))).astype(F)
weight[4] = 0
mixing = RNG.standard_normal((COLUMNS, COLUMNS)) / 12
inputs = RNG.standard_normal((SAMPLES, COLUMNS)) @ (mixing + np.eye(COLUMNS))
inputs[:, 17] *= 12  # an outlier
inputs[:, [3, 159]] = 0  # dead
inputs = np.round(inputs * 4) / 4  # short, and exact in every order of sums
put("weight", weight)
put("inputs", inputs)
hessian = 2 / SAMPLES * inputs.T @ inputs

for bits in [8, 4]:
    for size in [160, 64, 32]:
        for flag in ["", "order"]:
            codes, scales = gptq(weight, hessian, bits, size, bool(flag))
            name = ".".join(filter(None, [f"int{bits}", str(size), flag]))
            put(name + ".codes", codes)
            put(name + ".scales", scales)

Path(__file__).with_name("gptq.txt").write_text("\n".join(lines) + "\n")
