"""Make optim.txt: what PyTorch's optimizers do to a few parameters, computed in float64, and the
factors of the schedules of transformers.

    pip install torch==2.13.0 transformers==5.18.0 numpy==2.4.6
    python make_optim.py

Every line is a name and numbers, separated by spaces. Initial values and gradients are float32
numbers.

    shape.{parameter}                 extents
    init.{parameter}                  values before the first step
    grad.{step}.{parameter}           gradient in a step; no line if there is none
    adamw.{step}.{parameter}          values after a step: decay 0.01 except for bias and LayerNorm,
                                      clipping at 1.0, lr 0.01 under the linear schedule of 3 and 20
    adamw.norm                        norm of the gradients before clipping, in each step
    sgd.{step}.{parameter}            values after a step: momentum 0.9, weight decay 0.05, lr 0.01
    plain.{step}.{parameter}          values after a step: no momentum, no decay, lr 0.01
    linear.{warmup}.{total}           factors in steps 0 to total + 2
    cosine.{warmup}.{total}           factors in steps 0 to total
    constant.{warmup}                 factors in steps 0 to warmup + 4
"""

from pathlib import Path

import numpy as np
import torch
from transformers import (
    get_constant_schedule_with_warmup,
    get_cosine_schedule_with_warmup,
    get_linear_schedule_with_warmup,
)

STEPS = 20
RNG = np.random.default_rng(2026)
SHAPES = {
    "embeddings.weight": (9, 4),
    "dense.weight": (7, 5),
    "dense.bias": (7,),
    "LayerNorm.weight": (7,),
    "late.weight": (3, 1),
}
lines = []


def put(name, values):
    numbers = np.asarray(values, dtype=np.float64).reshape(-1)
    lines.append(" ".join([name] + [repr(float(x)) for x in numbers]))


def float32(x):
    return np.asarray(x, dtype=np.float32).astype(np.float64)


def gradient(step, name, shape):
    if name == "late.weight" and step % 3 != 2:
        return None
    size = 3.0 if step % 5 == 4 else 0.05  # clipped and not
    g = float32(size * RNG.standard_normal(shape))
    if name == "embeddings.weight":
        g[RNG.random(shape[0]) < 0.7] = 0  # rows that do not occur
        g[8] = 0  # one that never does
    return g


init = {name: float32(0.3 * RNG.standard_normal(shape)) for name, shape in SHAPES.items()}
grads = [{n: gradient(step, n, s) for n, s in SHAPES.items()} for step in range(STEPS)]
for name, shape in SHAPES.items():
    put(f"shape.{name}", shape)
    put(f"init.{name}", init[name])
for step in range(STEPS):
    for name, g in grads[step].items():
        if g is not None:
            put(f"grad.{step}.{name}", g)


def train(kind, optimizer_of, schedule_of=None, max_norm=None):
    parameters = {n: torch.nn.Parameter(torch.tensor(x)) for n, x in init.items()}
    optimizer = optimizer_of(parameters)
    schedule = schedule_of(optimizer) if schedule_of else None
    norms = []
    for step in range(STEPS):
        for name, p in parameters.items():
            g = grads[step][name]
            p.grad = None if g is None else torch.tensor(g)
        if max_norm:
            norms.append(torch.nn.utils.clip_grad_norm_(parameters.values(), max_norm).item())
        optimizer.step()
        if schedule:
            schedule.step()
        for name, p in parameters.items():
            put(f"{kind}.{step}.{name}", p.detach().numpy())
    if max_norm:
        put(f"{kind}.norm", norms)


def adamw(parameters):
    exempt = lambda name: name.endswith("bias") or "LayerNorm" in name
    return torch.optim.AdamW(
        [
            {"params": [p for n, p in parameters.items() if not exempt(n)], "weight_decay": 0.01},
            {"params": [p for n, p in parameters.items() if exempt(n)], "weight_decay": 0.0},
        ],
        lr=0.01,
    )


train("adamw", adamw, lambda o: get_linear_schedule_with_warmup(o, 3, STEPS), 1.0)
train("sgd", lambda p: torch.optim.SGD(p.values(), lr=0.01, momentum=0.9, weight_decay=0.05))
train("plain", lambda p: torch.optim.SGD(p.values(), lr=0.01))


def factors(schedule_of, steps):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = schedule_of(optimizer)
    values = []
    for _ in range(steps):
        values.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    return values


for warmup, total in [(0, 10), (3, 20), (7, 7), (1, 2)]:
    linear = lambda o: get_linear_schedule_with_warmup(o, warmup, total)
    cosine = lambda o: get_cosine_schedule_with_warmup(o, warmup, total)
    put(f"linear.{warmup}.{total}", factors(linear, total + 3))
    put(f"cosine.{warmup}.{total}", factors(cosine, total + 1))
for warmup in (0, 4):
    constant = lambda o: get_constant_schedule_with_warmup(o, warmup)
    put(f"constant.{warmup}", factors(constant, warmup + 5))

Path(__file__).with_name("optim.txt").write_text("\n".join(lines) + "\n", encoding="ascii")
