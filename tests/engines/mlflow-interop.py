"""The real MLflow client on a database of the embedded store: `read` prints all that it finds, `extend` adds to it. JSON on stdout."""

import json
import os
import sys
import tempfile
from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag

command, database, argument = sys.argv[1:]
uri = f"sqlite:///{database}"
mlflow.set_tracking_uri(uri)
mlflow.set_registry_uri(uri)
client = MlflowClient()


def points(run_id, key):
    # Numbers as Python writes them: JSON has neither NaN nor infinities.
    return [[repr(p.value), p.step, p.timestamp] for p in client.get_metric_history(run_id, key)]


def files(run_id, path=None):
    # Those behind a server are opened through it only, whatever else the client could reach.
    if client.get_run(run_id).info.artifact_uri.startswith("mlflow-artifacts:"):
        return []
    found = []
    for entry in client.list_artifacts(run_id, path):
        found += files(run_id, entry.path) if entry.is_dir else [[entry.path, entry.file_size]]
    return sorted(found)


def content(run_id, path):
    with tempfile.TemporaryDirectory() as folder:
        return Path(mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path=path, dst_path=folder)).read_text()


def by_alias(name, alias):
    """The version and the content of its file. MLflow's addresses of models are those of folders; a file is found by its source."""
    version = client.get_model_version_by_alias(name, alias).version
    source = client.get_model_version_download_uri(name, version)
    address = source if source.endswith(".json") else f"models:/{name}@{alias}"
    with tempfile.TemporaryDirectory() as folder:
        downloaded = Path(mlflow.artifacts.download_artifacts(address, dst_path=folder))
        file = downloaded if downloaded.is_file() else next(p for p in downloaded.rglob("*") if p.is_file())
        return [int(version), file.read_text()]


def describe_run(run):
    return {
        "id": run.info.run_id,
        "name": run.info.run_name,
        "status": run.info.status,
        "startedAt": run.info.start_time,
        "endedAt": run.info.end_time,
        "user": run.info.user_id,
        "params": run.data.params,
        "tags": run.data.tags,
        "last": {key: repr(value) for key, value in run.data.metrics.items()},
        "histories": {key: points(run.info.run_id, key) for key in run.data.metrics},
        "files": {path: content(run.info.run_id, path) for path, _ in files(run.info.run_id)},
    }


def read(model):
    versions = client.search_model_versions(f"name='{model}'")
    aliases = client.get_registered_model(model).aliases
    return {
        "experiments": [[e.experiment_id, e.name] for e in client.search_experiments(order_by=["experiment_id ASC"])],
        "runs": [
            describe_run(run)
            for e in client.search_experiments()
            for run in client.search_runs([e.experiment_id], order_by=["attributes.start_time DESC"])
        ],
        "versions": [
            {"version": int(v.version), "runId": v.run_id, "tags": v.tags, "description": v.description, "status": v.status}
            for v in versions
        ],
        "aliases": {alias: int(version) for alias, version in aliases.items()},
        "byAlias": {alias: by_alias(model, alias) for alias in aliases},
    }


def extend(options):
    options = json.loads(options)
    ours, model = options["runId"], options["model"]
    client.log_batch(
        ours,
        metrics=[Metric("F1", 0.75, 1_700_000_900_000, 900), Metric("theirs", float("inf"), 1_700_000_900_001, 1)],
        params=[Param("theirs", "1")],
        tags=[RunTag("theirs", "yes")],
    )
    client.log_text(ours, "added by the client", "theirs/note.txt")
    client.set_terminated(ours, "FINISHED", end_time=1_700_001_000_000)
    client.update_run(ours, name="renamed by the client")

    experiment = client.get_run(ours).info.experiment_id
    run = client.create_run(experiment, run_name="made by the client", start_time=1_800_000_000_000)
    run_id = run.info.run_id
    client.log_param(run_id, "depth", 6)
    for step in range(5):
        client.log_metric(run_id, "loss", float("nan") if step == 3 else 1 / (step + 1), timestamp=1_800_000_000_000 + step, step=step)
    client.log_dict(run_id, {"a": 1}, "report.json")
    client.log_text(run_id, "their model", "model/data.txt")
    client.set_terminated(run_id, "FAILED", end_time=1_800_000_001_000)

    source = f"{run.info.artifact_uri}/model"
    version = client.create_model_version(model, source, run_id=run_id, tags={"by": "client"}, description="theirs")
    client.set_registered_model_alias(model, "champion", version.version)
    client.delete_registered_model_alias(model, "challenger")
    client.delete_run(options["deleteId"])
    own = client.create_experiment("made by the client", artifact_location=Path(options["artifacts"]).joinpath("own").as_uri())
    return {"runId": run_id, "version": int(version.version), "experimentId": own}


print(json.dumps({"read": read, "extend": extend}[command](argument)))
