"""One training run: parts in as files of columns, the model out as CatBoost JSON."""

import math

import numpy as np
import pandas as pd
from catboost import CatBoost, Pool


def train(job, send, stopping):
    """
    job: {
      "columns": [{"name", "texts": null | [text by code]}],
      "train", "validation": {"file", "rows", "weighted"}, validation may be null,
      "parameters": those of CatBoost, "model": where the model is to be written
    }
    """
    train_pool = read_pool(job["columns"], job["train"])
    validation = job["validation"]
    validation_pool = read_pool(job["columns"], validation) if validation else None
    parameters = job["parameters"]
    loss, metric = parameters["loss_function"], parameters["eval_metric"]
    built = 0

    class Progress:
        def after_iteration(self, info):
            nonlocal built
            built = info.iteration
            learn = info.metrics.get("learn", {})
            watched = info.metrics.get("validation", {})
            send(
                {
                    "type": "iteration",
                    "iteration": info.iteration,
                    "train": last(learn, loss),
                    "validation": last(watched, loss),
                    "metric": last(watched, metric),
                }
            )
            # True goes on.
            return not stopping.is_set()

    model = CatBoost(parameters)
    if stopping.is_set():
        return {"type": "stopped"}
    model.fit(train_pool, eval_set=validation_pool, use_best_model=validation_pool is not None, callbacks=[Progress()])
    if stopping.is_set():
        return {"type": "stopped"}
    model.save_model(job["model"], format="json")
    # Without a validation part there is no best iteration; all trees are kept.
    return {"type": "done", "iterations": built, "best": model.tree_count_}


def read_pool(columns, part):
    rows = part["rows"]
    with open(part["file"], "rb") as file:
        series = {}
        for i, column in enumerate(columns):
            if column["texts"] is None:
                series[i] = np.fromfile(file, "<f8", rows)
            else:
                series[i] = categorical(np.fromfile(file, "<i4", rows), column["texts"])
        label = np.fromfile(file, "<f8", rows)
        weight = np.fromfile(file, "<f8", rows) if part["weighted"] else None
    nominal = [i for i, column in enumerate(columns) if column["texts"] is not None]
    return Pool(pd.DataFrame(series, copy=False), label, cat_features=nominal, weight=weight)


def categorical(codes, texts):
    """Two codes may have one text, such as the number 1 and the text "1"; CatBoost sees texts only."""
    places = {}
    merged = np.array([places.setdefault(text, len(places)) for text in texts], dtype=np.int32)
    return pd.Categorical.from_codes(merged[codes], categories=list(places))


def last(metrics, name):
    values = metrics.get(name)
    return values[-1] if values and math.isfinite(values[-1]) else None
