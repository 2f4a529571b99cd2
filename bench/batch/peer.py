"""CatBoost, LightGBM and scikit-learn for the bench: one request a line of standard input, as JSON; one answer a line.

Data lie in a folder: meta.json with columns and rows of each part, and <part>.bin, all columns one after the other as
float64, the labels last. Arguments: the number of threads, and `versions` to begin with those of all libraries.
"""

import json
import os
import resource
import sys
import time

# Read when the libraries are loaded.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = sys.argv[1]

import numpy as np  # noqa: E402


def usage():
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def part(folder, name):
    with open(os.path.join(folder, "meta.json")) as file:
        meta = json.load(file)
    width = len(meta["columns"])
    flat = np.fromfile(os.path.join(folder, f"{name}.bin")).reshape(width + 1, meta["parts"][name])
    nominal = [i for i, column in enumerate(meta["columns"]) if column["kind"] == "nominal"]
    return flat[:width].T, flat[width], nominal


def measured(work):
    cpu, wall = usage(), time.perf_counter()
    result = work()
    return result, {"cpuSeconds": usage() - cpu, "seconds": time.perf_counter() - wall}


def write(path, values):
    np.ascontiguousarray(values, dtype=np.float64).tofile(path)


models = {}


def lightgbm(request):
    import lightgbm as lgb

    folder, params = request["folder"], {"verbose": -1, **request["params"]}
    x, y, nominal = part(folder, "train")
    nominal = nominal if request.get("categorical") else []
    evaluate = part(folder, "validation") if request.get("earlyStopping") else None

    def work():
        data = lgb.Dataset(x, y, categorical_feature=nominal, params=params)
        if evaluate is None:
            return lgb.train(params, data, request["rounds"])
        valid = lgb.Dataset(evaluate[0], evaluate[1], reference=data, categorical_feature=nominal)
        stop = lgb.early_stopping(request["earlyStopping"], verbose=False, first_metric_only=True)
        return lgb.train(params, data, request["rounds"], valid_sets=[valid], callbacks=[stop])

    model, cost = measured(work)
    models["lightgbm"] = model
    if request.get("out"):
        write(request["out"], model.predict(part(folder, "test")[0], num_threads=params["num_threads"]))
    return {**cost, "trees": model.num_trees(), "best": model.best_iteration or model.num_trees()}


def catboost(request):
    from catboost import CatBoostClassifier, Pool

    folder = request["folder"]

    def pool(name):
        x, y, nominal = part(folder, name)
        columns = [x[:, i].astype(np.int64) if i in nominal else x[:, i] for i in range(x.shape[1])]
        import pandas

        return Pool(pandas.DataFrame(dict(enumerate(columns))), y, cat_features=nominal)

    train, validation, test = pool("train"), pool("validation"), pool("test")
    model = CatBoostClassifier(**request["params"], verbose=False, allow_writing_files=False)
    model, cost = measured(
        lambda: model.fit(train, eval_set=validation, early_stopping_rounds=50, use_best_model=True)
    )
    write(request["out"], model.predict_proba(test)[:, 1])
    return {**cost, "trees": model.tree_count_, "best": model.get_best_iteration()}


def kmeans(request):
    from sklearn.cluster import KMeans

    x, _, _ = part(request["folder"], "train")
    x = np.ascontiguousarray(x)
    start = np.array(request["init"]).reshape(-1, x.shape[1])
    model = KMeans(len(start), init=start, n_init=1, max_iter=300, tol=1e-4, algorithm="lloyd")
    model, cost = measured(lambda: model.fit(x))
    write(request["out"], model.labels_)
    return {**cost, "iterations": model.n_iter_, "inertia": model.inertia_}


def predict(request):
    model = models["lightgbm"]
    x, _, _ = part(request["folder"], request["part"])
    x = np.ascontiguousarray(x)
    times = []
    for i in range(request["singles"]):
        row = x[i : i + 1]
        begun = time.perf_counter()
        model.predict(row, num_threads=1)
        times.append(time.perf_counter() - begun)
    _, cost = measured(lambda: model.predict(x, num_threads=1))
    return {"p99Us": sorted(times)[int(0.99 * len(times))] * 1e6, "allSeconds": cost["seconds"]}


def versions():
    import catboost
    import lightgbm
    import sklearn

    return {"catboost": catboost.__version__, "lightgbm": lightgbm.__version__, "scikit-learn": sklearn.__version__}


WORK = {"lightgbm": lightgbm, "catboost": catboost, "kmeans": kmeans, "predict": predict}

if sys.argv[2] == "versions":
    print(json.dumps(versions()), flush=True)
else:
    # Nothing but what is asked for is loaded, so that memory is its own.
    print("{}", flush=True)
for line in sys.stdin:
    request = json.loads(line)
    answer = WORK[request["do"]](request)
    answer["peakBytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(answer), flush=True)
