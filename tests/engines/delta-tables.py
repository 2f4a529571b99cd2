"""Reads and writes Delta tables by delta-rs and by Spark, as it is told line by line: a JSON object in, a JSON object out."""

import json
import os
import sys
from datetime import date, datetime


def plain(value):
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value


class DeltaRs:
    def open(self, path, version=None, timestamp=None):
        from deltalake import DeltaTable

        table = DeltaTable(path, version=version)
        if timestamp is not None:
            table.load_as_version(timestamp)
        return table

    def read(self, path, order, version=None, timestamp=None):
        table = self.open(path, version, timestamp)
        data = table.to_pyarrow_table().sort_by([(name, "ascending") for name in order])
        return {"version": table.version(), "rows": plain(data.to_pylist()), "files": len(table.file_uris())}

    def describe(self, path):
        table = self.open(path)
        actions = table.get_add_actions(flatten=True)
        return {
            "version": table.version(),
            "schema": json.loads(table.schema().to_json()),
            "partitions": table.metadata().partition_columns,
            "protocol": [table.protocol().min_reader_version, table.protocol().min_writer_version],
            "history": [entry.get("operation") for entry in table.history()],
            "transactions": {
                name: table.transaction_version(name) for name in json.loads(os.environ.get("TRANSACTIONS", "[]"))
            },
            "stats": plain(__import__("pyarrow").table(actions).to_pylist()),
        }

    def pruned(self, path, column, value):
        """Files that are left for one value of a partition column."""
        return {"files": len(self.open(path).file_uris([(column, "=", value)]))}

    def append(self, path, source):
        import pyarrow as pa
        from deltalake import write_deltalake

        table = self.open(path)
        schema = table.to_pyarrow_table().slice(0, 0).schema
        for field in schema:
            read = {"timestamp": datetime.fromisoformat, "date32": date.fromisoformat}.get(str(field.type).split("[")[0])
            for row in source if read else []:
                row[field.name] = read(row[field.name])
        data = pa.Table.from_pylist(source, schema=schema)
        write_deltalake(table, data, mode="append")
        return {"version": self.open(path).version()}

    def checkpoint(self, path):
        self.open(path).create_checkpoint()
        return {}

    def compact(self, path):
        table = self.open(path)
        return {"metrics": plain(table.optimize.compact()), "version": self.open(path).version()}


class Spark:
    def __init__(self):
        sys.path.insert(0, os.environ["SPARK_JOBS"])
        from session import open_session

        self.session = open_session("delta-tables")

    def frame(self, path, version=None, timestamp=None):
        reader = self.session.read.format("delta")
        if version is not None:
            reader = reader.option("versionAsOf", version)
        if timestamp is not None:
            reader = reader.option("timestampAsOf", timestamp)
        return reader.load(path)

    def read(self, path, order, version=None, timestamp=None):
        frame = self.frame(path, version, timestamp).orderBy(*order)
        return {"rows": [plain(row.asDict(recursive=True)) for row in frame.collect()]}

    def describe(self, path):
        from delta.tables import DeltaTable

        history = DeltaTable.forPath(self.session, path).history().collect()
        return {
            "schema": json.loads(self.frame(path).schema.json()),
            "history": [[row["version"], row["operation"]] for row in history],
        }

    def append(self, path, source):
        schema = self.frame(path).schema
        lines = self.session.sparkContext.parallelize([json.dumps(row) for row in source])
        self.session.read.schema(schema).json(lines).write.format("delta").mode("append").save(path)
        return {}

    def sql(self, statement):
        return {"rows": [plain(row.asDict(recursive=True)) for row in self.session.sql(statement).collect()]}


def main():
    engine = Spark() if sys.argv[1] == "spark" else DeltaRs()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(engine, request.pop("do"))(**request)
        except Exception as error:  # Told to the test, which decides.
            answer = {"error": f"{type(error).__name__}: {error}"[:2000]}
        print(json.dumps(answer), flush=True)


main()
