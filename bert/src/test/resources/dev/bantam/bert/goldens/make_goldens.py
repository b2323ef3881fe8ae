"""Make the tiny checkpoints in this folder and what PyTorch computes with them.

    pip install torch==2.13.0 transformers==5.18.0 tokenizers==0.23.2 safetensors==0.8.0 \\
        numpy==2.4.6
    python make_goldens.py

Everything here is re-created byte for byte: weights and inputs come from a PCG64 stream seeded
with the name of the case; the reference runs in float64 on one thread, rounded to float32 once.

One folder is one case: a checkpoint as `save_pretrained` writes it, plus `golden.safetensors`.
A case holds B sequences of lengths 1, 2, 3, 7, 16, 17, 40, each run ALONE (no padding, no mask),
stored as one ragged batch of T = 86 tokens. H = hidden size, N = layers, V = vocabulary.

    input_ids       I32 [T]            sequence b is input_ids[offsets[b] .. offsets[b + 1])
    offsets         I32 [B + 1]
    token_type_ids  I32 [T]            not for DistilBERT
    hidden_states   F32 [N + 1, T, H]  embeddings first, then the output of each layer
    attentions.{n}  F32 [sum heads * L_b * L_b]  per sequence a row-major [heads, L_b, L_b];
                                       some cases only
    pooler_output   F32 [B, H]         where the checkpoint has a pooler
    logits          F32 [B, labels] for sequence classification, [T, V] for masked LM

Cases with a tokenizer also hold `texts.txt`, one text a line (the second line is empty), and

    texts.input_ids I32 [sum of lengths], texts.offsets I32 [texts + 1]   with [CLS] and [SEP]
    texts.logits    F32 [texts, labels]  for sequence classification
    embeddings      F32 [texts, H]       for the sentence-transformers folders (`st-*`)
"""

import json
import re
import shutil
import zlib
from pathlib import Path

import numpy as np
import torch
import transformers
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForPreTraining,
    BertForSequenceClassification,
    BertModel,
    DistilBertConfig,
    DistilBertForMaskedLM,
    DistilBertForSequenceClassification,
    DistilBertModel,
)

HERE = Path(__file__).parent
LENGTHS = (1, 2, 3, 7, 16, 17, 40)
LABELS = {0: "negative", 1: "neutral", 2: "positive"}
TEXTS = (
    "hello world",
    "",
    "The quick brown fox jumps over the lazy dog.",
    "Café crème, déjà vu!",
    "unaffable 日本 🙂 running",
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
    "it's 3.14 (roughly)",
)
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
WORDS = ("the", "hello", "world", "quick", "brown", "fox", "jump", "##s", "over", "dog", "cafe")
WORDS += ("un", "##aff", "##able", "run", "##ning", "one", "two", "three", "four", "five", "six")
WORDS += ("##teen",)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
VOCAB = SPECIAL + tuple("!'(),.-?") + tuple("0123456789") + tuple(LETTERS) + WORDS
VOCAB += tuple("##" + c for c in LETTERS + "0123456789" if "##" + c not in VOCAB)


# ---- checkpoints ----------------------------------------------------------------------------


def stream(name):
    return np.random.default_rng(zlib.crc32(name.encode()))


def randomize(model, rng, std=0.2, embedding_std=0.2):
    """Fill every parameter, LayerNorms too, so that no term can be left out unnoticed."""
    with torch.no_grad():
        for name, p in sorted(model.named_parameters()):
            values = rng.standard_normal(tuple(p.shape))
            if "_embeddings" in name:
                values *= embedding_std
            elif "LayerNorm.weight" in name or "layer_norm.weight" in name:
                values = 1 + 0.2 * values
            else:
                values *= std
            p.copy_(torch.from_numpy(values))
    return model.eval()


def bert(**changes):
    sizes = dict(vocab_size=len(VOCAB), hidden_size=24, num_hidden_layers=2, num_attention_heads=4)
    sizes |= dict(intermediate_size=40, max_position_embeddings=40)
    return BertConfig(**(sizes | changes))


def distilbert(**changes):
    sizes = dict(vocab_size=len(VOCAB), dim=24, n_layers=2, n_heads=2, hidden_dim=40)
    return DistilBertConfig(**(sizes | dict(max_position_embeddings=40) | changes))


def labels():
    return dict(id2label=LABELS, label2id={v: k for k, v in LABELS.items()})


def old_names(folder):
    """As google-bert/bert-base-uncased: TensorFlow's names of LayerNorm, and a saved buffer."""
    file, config = folder / "model.safetensors", folder / "config.json"
    rename = {"LayerNorm.weight": "LayerNorm.gamma", "LayerNorm.bias": "LayerNorm.beta"}
    pattern = re.compile("|".join(map(re.escape, rename)))
    tensors = {pattern.sub(lambda m: rename[m[0]], k): v for k, v in load_file(file).items()}
    tensors["bert.embeddings.position_ids"] = torch.arange(40).unsqueeze(0)
    save_file(tensors, file, {"format": "pt"})
    write_json(config, json.loads(config.read_text()) | {"architectures": ["BertForMaskedLM"]})


# ---- reference ------------------------------------------------------------------------------


@torch.no_grad()
def run(model, input_ids, token_type_ids=None, attentions=False):
    """Run one sequence alone; returns the model's outputs without the batch dimension."""
    inputs = {"input_ids": torch.tensor(input_ids)[None]}
    if token_type_ids is not None:
        inputs["token_type_ids"] = torch.tensor(token_type_ids)[None]
    out = model(**inputs, output_hidden_states=True, output_attentions=attentions)
    result = {"hidden_states": torch.stack(out.hidden_states)[:, 0]}
    for n, probabilities in enumerate(out.attentions or ()):
        result[f"attentions.{n}"] = probabilities[0].flatten()
    pooled = out.get("pooler_output")
    if pooled is None and isinstance(model, BertForPreTraining):
        pooled = model.bert.pooler(out.hidden_states[-1])
    if pooled is not None:
        result["pooler_output"] = pooled
    logits = out.get("logits", out.get("prediction_logits"))
    if logits is not None:  # [1, L, V] or [1, labels]
        result["logits"] = logits[0] if logits.ndim == 3 else logits
    return result


def ragged(model, sequences, types=None, attentions=False):
    runs = [run(model, s, types[i] if types else None, attentions) for i, s in enumerate(sequences)]
    dim = lambda k: 1 if k == "hidden_states" else 0
    return {k: torch.cat([r[k] for r in runs], dim(k)) for k in runs[0]}


def ragged_inputs(sequences, prefix=""):
    offsets = np.cumsum([0] + [len(s) for s in sequences])
    tensors = {"input_ids": [i for s in sequences for i in s], "offsets": offsets}
    return {prefix + k: torch.tensor(v).int() for k, v in tensors.items()}


def reload(model_class, folder, dtype=torch.float64, **options):
    """What is on disk, computed in `dtype` with the attention written out (no fused kernel)."""
    options |= dict(dtype=dtype, attn_implementation="eager")
    return model_class.from_pretrained(folder, **options).eval()


def save_golden(folder, tensors):
    tensors = {k: v.float() if v.is_floating_point() else v for k, v in tensors.items()}
    assert all(v.isfinite().all() for v in tensors.values()), folder
    versions = f"torch {torch.__version__.split('+')[0]}, transformers {transformers.__version__}"
    tensors = {k: v.contiguous() for k, v in tensors.items()}
    save_file(tensors, folder / "golden.safetensors", {"reference": versions + ", float64"})


def fresh(name):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def case(
    name,
    model_class,
    config,
    *,
    init={},  # further arguments of the model's constructor
    std={},  # see randomize
    edit_model=None,
    edit_files=None,
    dtype=torch.float32,
    shard="1GB",
    attentions=False,
    texts=False,
):
    rng, folder = stream(name), fresh(name)
    model = randomize(model_class(config, **init), rng, **std)
    if edit_model:
        edit_model(model)
    model.to(dtype).save_pretrained(folder, max_shard_size=shard)
    if edit_files:
        edit_files(folder)

    sequences = [rng.integers(config.vocab_size, size=n).tolist() for n in LENGTHS]
    golden = ragged_inputs(sequences)
    types = None
    if hasattr(config, "type_vocab_size"):
        types = [rng.integers(config.type_vocab_size, size=n).tolist() for n in LENGTHS]
        golden["token_type_ids"] = torch.tensor([t for s in types for t in s]).int()
    reference = reload(model_class, folder, **init)
    float32 = reload(model_class, folder, torch.float32, **init)
    expected = ragged(reference, sequences, types, attentions)
    report(name, expected, ragged(float32, sequences, types, attentions))
    golden |= expected
    if texts:
        encoded = write_tokenizer(folder)
        golden |= ragged_inputs(encoded, "texts.")
        golden["texts.logits"] = ragged(reference, encoded)["logits"]
    save_golden(folder, golden)


def sharpen(model):
    """Scale the queries until scores pass +-100, where exp overflows in float32."""
    with torch.no_grad():
        for layer in model.encoder.layer:
            layer.attention.self.query.weight *= 24
            layer.attention.self.query.bias *= 24


def report(name, expected, float32):
    """How far PyTorch's own float32 is from the golden: the floor of any tolerance."""
    differences = {k: (v - float32[k].double()).abs().max().item() for k, v in expected.items()}
    print(name, *(f"{k} {d:.0e}" for k, d in differences.items()))


# ---- tokenizer and sentence-transformers folders --------------------------------------------


def tokenizer():
    vocab = {token: i for i, token in enumerate(VOCAB)}
    t = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]", max_input_chars_per_word=100))
    t.normalizer = normalizers.BertNormalizer(lowercase=True)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.decoder = decoders.WordPiece()
    t.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0",
        pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocab["[CLS]"]), ("[SEP]", vocab["[SEP]"])],
    )
    t.add_special_tokens(list(SPECIAL))
    return t


def write_json(file, value):
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def write_tokenizer(folder, max_length=40, *, file="tokenizer.json", exported_length=None):
    """Write the tokenizer and texts.txt; returns the ids of TEXTS cut to `max_length` tokens."""
    t = tokenizer()
    if exported_length:  # what exporters leave behind; the model's own maximum length overrides it
        t.enable_truncation(exported_length)
        t.enable_padding(length=exported_length)
    if file == "vocab.txt":
        (folder / file).write_text("".join(v + "\n" for v in VOCAB), encoding="utf-8")
    else:
        t.save(str(folder / file))
    names = ("pad", "unk", "cls", "sep", "mask")
    config = {f"{n}_token": s for n, s in zip(names, SPECIAL)}
    config |= {"do_lower_case": True, "model_max_length": 40, "tokenizer_class": "BertTokenizer"}
    write_json(folder / "tokenizer_config.json", config)
    (folder / "texts.txt").write_text("".join(s + "\n" for s in TEXTS), encoding="utf-8")
    t.no_padding()
    t.enable_truncation(max_length)
    return [t.encode(s).ids for s in TEXTS]


def pool(mode, states):
    """states: [L, H] of one text without padding."""
    return {"cls": states[0], "mean": states.mean(0), "max": states.max(0).values}[mode]


def sentence_transformer(
    name,
    model_class,
    config,
    mode,
    *,
    normalize,
    transformer="",
    max_length=16,
    **files,  # see write_tokenizer
):
    folder = fresh(name)
    inner = folder / transformer
    randomize(model_class(config), stream(name)).save_pretrained(inner)
    limits = {"max_seq_length": max_length, "do_lower_case": False}
    write_json(inner / "sentence_bert_config.json", limits)
    encoded = write_tokenizer(inner, max_length, **files)
    if transformer:
        (inner / "texts.txt").rename(folder / "texts.txt")
    modules = [(transformer, "Transformer"), ("1_Pooling", "Pooling")]
    modules += [("2_Normalize", "Normalize")] * normalize
    kind = "sentence_transformers.models."
    modules = [dict(idx=i, name=str(i), path=p, type=kind + t) for i, (p, t) in enumerate(modules)]
    write_json(folder / "modules.json", modules)
    versions = {"sentence_transformers": "2.0.0", "transformers": "4.6.1", "pytorch": "1.8.1"}
    write_json(folder / "config_sentence_transformers.json", {"__version__": versions})
    modes = ("cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens")
    pooling = {f"pooling_mode_{m}": m.removesuffix("s") == f"{mode}_token" for m in modes}
    write_json(folder / "1_Pooling" / "config.json", {"word_embedding_dimension": 24} | pooling)

    def embed(dtype):
        reference = reload(model_class, inner, dtype)
        states = [run(reference, ids)["hidden_states"][-1] for ids in encoded]
        rows = torch.stack([pool(mode, s) for s in states])
        return {"embeddings": torch.nn.functional.normalize(rows, dim=1) if normalize else rows}

    report(name, embed(torch.float64), embed(torch.float32))
    save_golden(folder, ragged_inputs(encoded, "texts.") | embed(torch.float64))


def main():
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()

    # Embeddings this small make the eps of the first LayerNorm count.
    base = bert(hidden_size=32, num_hidden_layers=3, intermediate_size=100)
    case("bert-base", BertModel, base, std=dict(embedding_std=0.01), attentions=True)
    eps = bert(layer_norm_eps=1e-5)
    case("bert-eps-1e-5", BertModel, eps, std=dict(embedding_std=0.004))
    # Large weights take the pre-activations to where the two forms of GELU differ most.
    case("bert-gelu-new", BertModel, bert(hidden_act="gelu_new"), std=dict(std=0.4))
    case("bert-relu", BertModel, bert(hidden_act="relu"))
    case("bert-type-vocab-1", BertModel, bert(type_vocab_size=1))
    odd = bert(vocab_size=101, hidden_size=20, num_attention_heads=2, intermediate_size=37)
    case("bert-odd-sizes", BertModel, odd, attentions=True)
    two_heads = bert(num_attention_heads=2)
    case("bert-large-scores", BertModel, two_heads, edit_model=sharpen, attentions=True)
    case("bert-no-pooler", BertModel, bert(), init=dict(add_pooling_layer=False))
    case("bert-sharded", BertModel, bert(), shard="20KB")
    case("bert-fp16", BertModel, bert(), dtype=torch.float16)
    case("bert-bf16", BertModel, bert(), dtype=torch.bfloat16)
    case("bert-old-names", BertForPreTraining, bert(), edit_files=old_names)
    case("bert-masked-lm", BertForMaskedLM, bert())
    case("bert-untied-lm", BertForMaskedLM, bert(tie_word_embeddings=False))
    single = bert(problem_type="single_label_classification", **labels())
    case("bert-classification", BertForSequenceClassification, single, texts=True)
    regression = bert(num_labels=1, problem_type="regression")
    case("bert-regression", BertForSequenceClassification, regression, texts=True)
    case("distilbert", DistilBertModel, distilbert(), attentions=True)
    case("distilbert-masked-lm", DistilBertForMaskedLM, distilbert())
    three = distilbert(**labels())
    case("distilbert-classification", DistilBertForSequenceClassification, three, texts=True)

    st = sentence_transformer
    st("st-mean", BertModel, bert(), "mean", normalize=False)
    st("st-mean-normalize", BertModel, bert(), "mean", normalize=True, exported_length=8)
    st("st-cls", BertModel, bert(), "cls", normalize=False, file="vocab.txt")
    st("st-cls-normalize", DistilBertModel, distilbert(), "cls", normalize=True)
    st("st-max", BertModel, bert(), "max", normalize=False, transformer="0_Transformer")
    st("st-max-normalize", BertModel, bert(), "max", normalize=True, max_length=40)


if __name__ == "__main__":
    main()
