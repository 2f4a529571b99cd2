"""Runs statements, one a line of standard input, over the files of the first argument; answers a line of JSON each."""

import json
import sys
import time

import duckdb

connection = duckdb.connect(config={"threads": int(sys.argv[2])})
connection.execute("SET TimeZone = 'UTC'")
connection.execute(
    f"CREATE VIEW data AS SELECT * FROM read_parquet('{sys.argv[1]}', hive_partitioning = true)"
)
print(json.dumps({"version": duckdb.__version__}), flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    rows = connection.execute(line).fetchall()
    seconds = time.perf_counter() - start
    print(json.dumps({"ms": seconds * 1000, "rows": rows}), flush=True)
