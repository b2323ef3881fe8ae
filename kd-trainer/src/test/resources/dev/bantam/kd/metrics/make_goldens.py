"""Makes goldens.json: metrics of scikit-learn 1.9.1 and scipy 1.17.1 (numpy 2.4.6).

python make_goldens.py
"""

import json
import math
import warnings
from pathlib import Path

import numpy as np
import scipy.stats
from sklearn import metrics

warnings.simplefilter("ignore")
rng = np.random.default_rng(1)


def classification(name, predicted, expected):
    predicted, expected = list(map(int, predicted)), list(map(int, expected))
    case = {
        "name": name,
        "predicted": predicted,
        "expected": expected,
        "accuracy": metrics.accuracy_score(expected, predicted),
        "macro_f1": metrics.f1_score(expected, predicted, average="macro", zero_division=0),
        "matthews": metrics.matthews_corrcoef(expected, predicted),
        "confusion": metrics.confusion_matrix(
            expected, predicted, labels=range(max(predicted + expected) + 1)
        ).tolist(),
    }
    if max(predicted + expected) < 2:
        case["f1"] = metrics.f1_score(expected, predicted, pos_label=1, zero_division=0)
    return case


def regression(name, predicted, expected):
    predicted, expected = list(map(float, predicted)), list(map(float, expected))
    return {
        "name": name,
        "predicted": predicted,
        "expected": expected,
        "pearson": scipy.stats.pearsonr(predicted, expected).statistic,
        "spearman": scipy.stats.spearmanr(predicted, expected).statistic,
    }


def noisy(size, labels, share):
    expected = rng.integers(0, labels, size)
    predicted = np.where(rng.random(size) < share, rng.integers(0, labels, size), expected)
    return predicted, expected


def mcnemar(b, c):
    n = b + c
    if n < 25:
        method = "exact binomial"
        p = scipy.stats.binomtest(b, n, 0.5).pvalue if n else 1.0
    else:
        method = "chi-squared with continuity correction"
        p = scipy.stats.chi2.sf(max(0, abs(b - c) - 1) ** 2 / n, 1)
    return {"b": b, "c": c, "method": method, "p": p}


x = rng.normal(size=200)
ranks = rng.integers(0, 6, 100)
goldens = {
    "classification": [
        classification("binary", *noisy(200, 2, 0.4)),
        classification("few of label 1", *(a < 1 for a in noisy(300, 12, 0.5))),
        classification("25 labels", *noisy(1000, 25, 0.3)),
        classification("labels 1 and 3 of 5 absent", *(2 * a for a in noisy(90, 3, 0.5))),
        classification("all right", [0, 1, 1, 2], [0, 1, 1, 2]),
        classification("all wrong", [1, 0, 0, 1], [0, 1, 1, 0]),
        classification("constant predictions", [1, 1, 1, 1], [0, 1, 1, 0]),
        classification("constant predictions of label 0", [0, 0, 0], [0, 1, 1]),
        classification("constant truth", [0, 1, 0], [1, 1, 1]),
        classification("one label only", [0, 0, 0], [0, 0, 0]),
    ],
    "regression": [
        regression("noise", x, x + rng.normal(size=200)),
        regression("ties", ranks, ranks + rng.integers(-2, 3, 100)),
        regression("far from zero", 1e3 + x, 1e3 - x + 0.1 * rng.normal(size=200)),
        regression("two numbers", [1, 2], [5, 3]),
        regression("constant predictions", [0.1] * 7, range(7)),
        regression("constant truth", range(7), [0.1] * 7),
    ],
    "mcnemar": [
        mcnemar(b, c)
        for b, c in [(0, 0), (0, 1), (5, 0), (3, 9), (12, 12), (9, 15), (12, 13), (5, 30), (40, 40),
                     (100, 61), (2000, 2300)]
    ],
}


def finite(value):
    """JSON has no NaN: null."""
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value


path = Path(__file__).parent / "goldens.json"
path.write_text(json.dumps(finite(goldens), allow_nan=False) + "\n")
