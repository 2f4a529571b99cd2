"""Prints the tables that the installed MLflow creates in a new SQLite database, as SQL, with the rows that its migrations insert.

    .cache/engines/python/bin/python engines/dump-mlflow-schema.py > adapters/tracking/sqlite/schema-<revision>.sql

Indexes and constraints come in another order each time, since migrations walk through sets; that means nothing.
The default experiment is not among the rows: its location depends on the artifact directory.
"""

import logging
import os
import sqlite3
import tempfile

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ["DO_NOT_TRACK"] = "true"

import mlflow  # noqa: E402
from mlflow.store.db.utils import _initialize_tables, create_sqlalchemy_engine  # noqa: E402

logging.disable(logging.CRITICAL)


def quote(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, (int, float)):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"


with tempfile.TemporaryDirectory() as directory:
    path = os.path.join(directory, "mlflow.db")
    engine = create_sqlalchemy_engine(f"sqlite:///{path}")
    _initialize_tables(engine)
    engine.dispose()
    connection = sqlite3.connect(path)
    statements = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
    print(f"-- The schema of MLflow {mlflow.__version__}, written by engines/dump-mlflow-schema.py.")
    for (statement,) in statements.fetchall():
        print(f"{statement};")
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid").fetchall()
    for (name,) in names:
        for row in connection.execute(f'SELECT * FROM "{name}"').fetchall():
            print(f'INSERT INTO "{name}" VALUES ({", ".join(quote(value) for value in row)});')
