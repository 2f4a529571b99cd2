"""Peer of bench/lake.ts: writes the events of an NDJSON file to a Delta table by delta-rs, once for each line on stdin (a folder)."""

import json
import resource
import sys
import time

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj
from deltalake import write_deltalake

SOURCE = sys.argv[1]
TIME = sys.argv[2]
KEY = sys.argv[3]
TOPIC = sys.argv[4]
BATCH = int(sys.argv[5])

print("ready", flush=True)
for line in sys.stdin:
    began = time.perf_counter()
    # Blocks as large as the sink's batches, so that both hold about the same in memory.
    events = pj.read_json(SOURCE, read_options=pj.ReadOptions(block_size=16 << 20))
    for first in range(0, events.num_rows, BATCH):
        part = events.slice(first, BATCH)
        length = part.num_rows
        at = part[TIME]
        if not pa.types.is_timestamp(at.type):
            at = pc.cast(at, pa.timestamp("us", tz="UTC"))
        at = pc.cast(at, pa.timestamp("us", tz="UTC"))
        part = part.set_column(part.schema.get_field_index(TIME), TIME, at)
        part = part.append_column("_topic", pa.repeat(TOPIC, length))
        part = part.append_column("_partition", pa.repeat(pa.scalar(0, pa.int32()), length))
        part = part.append_column("_offset", pa.array(range(first, first + length), pa.int64()))
        part = part.append_column("_key", part[KEY])
        part = part.append_column("_event_time", at)
        part = part.append_column("_ingested_at", at)
        part = part.append_column("event_date", pc.cast(pc.floor_temporal(at, unit="day"), pa.date32(), safe=False))
        write_deltalake(line.strip(), part, mode="append", partition_by=["event_date"])
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": seconds, "peakBytes": peak, "rows": events.num_rows}), flush=True)
