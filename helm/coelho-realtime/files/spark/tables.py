"""What the platform declares about its tables, as `tables.generated.json` beside this file has it."""

import json
import os
from typing import NamedTuple

from pyspark.sql.types import StructType


class Table(NamedTuple):
    """One lake table: `topic` names its source in the log, `schema` is the table's own, in the order of its columns."""

    name: str
    topic: str
    schema: StructType
    partition_by: list[str]
    business: list[str]
    required: list[str]
    time: str
    key: str
    quarantine: str
    quarantine_schema: StructType


def tables() -> dict[str, Table]:
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tables.generated.json")
    with open(path, encoding="utf-8") as file:
        declared = json.load(file)
    return {
        entry["name"]: Table(
            name=entry["name"],
            topic=entry["topic"],
            schema=StructType.fromJson(entry["schema"]),
            partition_by=entry["partitionBy"],
            business=entry["business"],
            required=entry["required"],
            time=entry["time"],
            key=entry["key"],
            quarantine=entry["quarantine"]["name"],
            quarantine_schema=StructType.fromJson(entry["quarantine"]["schema"]),
        )
        for entry in declared["tables"]
    }


def table(name: str) -> Table:
    """Throws for a table that the platform does not declare."""
    declared = tables()
    if name not in declared:
        raise SystemExit(f'"{name}" given as --table, one of {", ".join(sorted(declared))} wanted.')
    return declared[name]
