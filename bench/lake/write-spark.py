"""Peer of bench/lake.ts: writes the events of an NDJSON file to a Delta table by Spark, once for each line on stdin (a folder)."""

import json
import os
import sys
import time

sys.path.insert(0, os.environ["SPARK_JOBS"])

from pyspark.sql import functions as F

from session import open_session
from tables import table

SOURCE = sys.argv[1]
declared = table(sys.argv[2])
spark = open_session("bench")
schema = [field for field in declared.schema.fields if field.name in declared.business]

print("ready", flush=True)
for line in sys.stdin:
    began = time.perf_counter()
    fields = type(declared.schema)(schema)
    events = spark.read.schema(fields).json(SOURCE)
    at = F.col(declared.time)
    rows = (
        events.withColumn("_topic", F.lit(declared.topic))
        .withColumn("_partition", F.lit(0))
        .withColumn("_offset", F.monotonically_increasing_id())
        .withColumn("_key", F.col(declared.key))
        .withColumn("_event_time", at)
        .withColumn("_ingested_at", at)
        .withColumn("event_date", F.to_date(at))
    )
    rows.write.format("delta").mode("append").partitionBy("event_date").save(line.strip())
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "peakBytes": None, "rows": spark.read.format("delta").load(line.strip()).count()}), flush=True)
