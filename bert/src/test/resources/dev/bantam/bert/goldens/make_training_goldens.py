"""Add to some of the checkpoints in this folder how PyTorch trains them.

    pip install torch==2.13.0 transformers==5.18.0 safetensors==0.8.0 numpy==2.4.6
    python make_training_goldens.py

Runs after `make_goldens.py`, on the sequences of the case, each ALONE (no padding, no mask), in
float64 without dropout. The file `training.safetensors` of a case holds

    labels        I32 [B] classes of the sequences, or [T] token ids, -100 where there is none
    targets       F32 [B] instead, for regression
    loss          F32 []      mean over sequences, or over tokens with a label
    grad.{name}   F32         gradient of the loss, for every parameter of the checkpoint
    losses        F32 [10]    before each of ten steps of AdamW on the same batch: lr 1e-3, betas
                              0.9 and 0.999, eps 1e-8, decay 0.01 except for biases and LayerNorm,
                              clipping at a global norm of 1, linear schedule with 2 steps of warm-up
                              to 0 after 12
    logits        F32         after the ten steps
"""

import zlib
from pathlib import Path

import numpy as np
import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import (
    BertForMaskedLM,
    BertForSequenceClassification,
    DistilBertForSequenceClassification,
    get_linear_schedule_with_warmup,
)

HERE = Path(__file__).parent
CASES = {
    "bert-classification": BertForSequenceClassification,
    "bert-regression": BertForSequenceClassification,
    "distilbert-classification": DistilBertForSequenceClassification,
    "bert-masked-lm": BertForMaskedLM,
}


def logits_of(model, sequences, types):
    rows = []
    for i, ids in enumerate(sequences):
        inputs = {"input_ids": ids[None]}
        if types is not None:
            inputs["token_type_ids"] = types[i][None]
        out = model(**inputs).logits
        rows.append(out[0] if out.ndim == 3 else out)
    return torch.cat(rows)


def decays(name):
    return not (name.endswith("bias") or "LayerNorm" in name or "layer_norm" in name)


def train(name, model_class):
    folder = HERE / name
    golden = load_file(folder / "golden.safetensors")
    cut = [int(n) for n in golden["offsets"]]
    split = lambda x: [x[a:b].long() for a, b in zip(cut, cut[1:])]
    sequences = split(golden["input_ids"])
    types = split(golden["token_type_ids"]) if "token_type_ids" in golden else None
    model = model_class.from_pretrained(folder, dtype=torch.float64, attn_implementation="eager")
    model.eval()  # no dropout
    rng = np.random.default_rng(zlib.crc32(f"training {name}".encode()))
    out = {}
    if name == "bert-regression":
        targets = torch.tensor(rng.standard_normal(len(sequences)))
        out["targets"] = targets.float()
        targets = out["targets"].double()
        loss_of = lambda logits: torch.nn.functional.mse_loss(logits.squeeze(-1), targets)
    else:
        tokens = name == "bert-masked-lm"
        n, classes = (cut[-1], model.config.vocab_size) if tokens else (len(sequences), 3)
        labels = rng.integers(0, classes, n)
        if tokens:
            labels = np.where(rng.random(n) < 0.15, labels, -100)
        out["labels"] = torch.tensor(labels).int()
        loss_of = lambda logits: torch.nn.functional.cross_entropy(logits, out["labels"].long())
    loss = loss_of(logits_of(model, sequences, types))
    loss.backward()
    out["loss"] = loss.detach()
    for key, p in model.named_parameters():
        out["grad." + key] = p.grad.clone()
    model.zero_grad()
    named = list(model.named_parameters())
    groups = [
        {"params": [p for k, p in named if decays(k)], "weight_decay": 0.01},
        {"params": [p for k, p in named if not decays(k)], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=1e-3)
    schedule = get_linear_schedule_with_warmup(optimizer, 2, 12)
    losses = []
    for _ in range(10):
        loss = loss_of(logits_of(model, sequences, types))
        losses.append(loss.detach())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
    out["losses"] = torch.stack(losses)
    out["logits"] = logits_of(model, sequences, types).detach()
    out = {k: (v.float() if v.is_floating_point() else v).contiguous() for k, v in out.items()}
    versions = f"torch {torch.__version__.split('+')[0]}, transformers {transformers.__version__}"
    save_file(out, folder / "training.safetensors", {"reference": versions + ", float64"})
    print(name, [round(float(x), 4) for x in losses])


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name, model_class in CASES.items():
        train(name, model_class)
