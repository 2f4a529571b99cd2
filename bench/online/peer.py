"""River for the bench: one request a line of standard input, as JSON; one answer a line.

Examples lie in a file, one JSON object a line: {"x": {name: value}, "y": value}. A model is a dotted name in river with
its parameters; {"model": ..., "params": {...}, "before": [models]} makes a pipeline. A parameter {"model": ...} is a
model, too. A target transformed by River is TargetStandardScaler around the model.
"""

import importlib
import json
import math
import sys
import time

import river


def build(spec):
    parts = spec["model"].split(".")
    made = getattr(importlib.import_module("river." + ".".join(parts[:-1])), parts[-1])
    params = {
        name: build(value) if isinstance(value, dict) and "model" in value else value
        for name, value in spec.get("params", {}).items()
    }
    model = made(**params)
    for step in reversed(spec.get("before", [])):
        model = build(step) | model
    return model


def examples(path):
    with open(path) as file:
        rows = [json.loads(line) for line in file]
    return [(row["x"], row["y"]) for row in rows]


def prequential(request):
    """CPU seconds of predicting and learning in turn, after the first `warm`, and what the predictions were worth."""
    rows = examples(request["file"])
    classify = request["task"] == "classification"
    model = build(request["model"])
    scores = []
    began = time.process_time()
    for i, (x, y) in enumerate(rows):
        if i == request.get("warm", 0):
            began = time.process_time()
        if classify:
            scores.append(model.predict_proba_one(x).get(True, 0.0))
            model.learn_one(x, bool(y))
        else:
            scores.append(model.predict_one(x))
            model.learn_one(x, y)
    seconds = time.process_time() - began
    return {"cpuSeconds": seconds, **quality(scores, [y for _, y in rows], classify)}


def quality(scores, truths, classify):
    if not classify:
        errors = [abs(score - y) for score, y in zip(scores, truths)]
        return {"mae": sum(errors) / len(errors), "rmse": math.sqrt(sum(e * e for e in errors) / len(errors))}
    loss = right = 0
    for score, y in zip(scores, truths):
        p = min(1 - 1e-15, max(1e-15, score if y else 1 - score))
        loss -= math.log(p)
        right += (score > 0.5) == bool(y)
    ranked = sorted(zip(scores, truths), key=lambda pair: pair[0])
    positives = sum(1 for _, y in ranked if y)
    ranks = i = 0
    while i < len(ranked):
        j = i
        while j < len(ranked) and ranked[j][0] == ranked[i][0]:
            j += 1
        ranks += (i + 1 + j) / 2 * sum(1 for _, y in ranked[i:j] if y)
        i = j
    negatives = len(ranked) - positives
    auc = (ranks - positives * (positives + 1) / 2) / (positives * negatives) if positives and negatives else 0
    return {"logLoss": loss / len(scores), "accuracy": right / len(scores), "auc": auc}


def predicting(request):
    """Microseconds of CPU time of one prediction by a model that has learned all examples."""
    rows = examples(request["file"])
    classify = request["task"] == "classification"
    model = build(request["model"])
    for x, y in rows:
        model.learn_one(x, bool(y) if classify else y)
    ask = model.predict_proba_one if classify else model.predict_one
    some = rows[: request["predictions"]]
    began = time.process_time()
    for x, _ in some:
        ask(x)
    return {"microseconds": 1e6 * (time.process_time() - began) / len(some)}


DOES = {"prequential": prequential, "predicting": predicting}

print(json.dumps({"river": river.__version__, "python": sys.version.split()[0]}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(DOES[request["do"]](request)), flush=True)
