"""Make ranges.txt: what PyTorch and numpy choose from histograms.

    pip install torch==2.13.0 numpy==2.4.6 scipy==1.17.1
    python make_ranges.py

Every line is a name and numbers, separated by spaces. A case is a histogram of bins of width 1.

    {case}.counts        counts of the bins
    {case}.search        first and last bin that PyTorch's HistogramObserver chooses
    {case}.divergence    entropy of P relative to Q if the middle half of the bins is kept
"""

from pathlib import Path

import numpy as np
import scipy.stats
import torch
from torch.ao.quantization.observer import HistogramObserver

torch.set_default_dtype(torch.float64)
RNG = np.random.default_rng(2026)
lines = []


def put(name, values):
    lines.append(" ".join([name] + [f"{x:.17g}" for x in np.asarray(values).reshape(-1)]))


def search(counts):
    observer = HistogramObserver(bins=len(counts), dtype=torch.quint8)
    observer.histogram = torch.tensor(counts.astype(float))
    observer.min_val = torch.tensor(0.0)
    observer.max_val = torch.tensor(float(len(counts)))
    low, high = observer._non_linear_param_search()
    return round(low.item()), round(high.item()) - 1


def divergence(counts, start, end, levels=256):
    p = counts[start:end].astype(float)
    p[0] += counts[:start].sum()
    p[-1] += counts[end:].sum()
    q = np.zeros_like(p)
    edges = [level * len(p) // levels for level in range(levels + 1)]
    for a, b in zip(edges, edges[1:]):
        inside = counts[start + a : start + b]
        q[a:b] = np.where(inside > 0, inside.sum() / max(1, (inside > 0).sum()), 0)
    return scipy.stats.entropy(np.maximum(p, 1e-4), np.maximum(q, 1e-4))


def histogram(x, bins=2048):
    return np.histogram(x, bins)[0]


normal = RNG.standard_normal(20000)
CASES = {
    "normal": histogram(normal),
    "outlier": histogram(np.append(normal, 40.0)),
    "twosided": histogram(np.concatenate([normal, [-90.0, 60.0, 61.0]])),
    "onesided": histogram(np.maximum(normal, 0)),
    "gelu": histogram(normal * scipy.stats.norm.cdf(normal)),
    "laplace": histogram(RNG.laplace(size=20000)),
}
for name, counts in CASES.items():
    put(name + ".counts", counts)
    put(name + ".search", search(counts))
    put(name + ".divergence", [divergence(counts, len(counts) // 4, len(counts) * 3 // 4)])

Path(__file__).with_name("ranges.txt").write_text("\n".join(lines) + "\n")
