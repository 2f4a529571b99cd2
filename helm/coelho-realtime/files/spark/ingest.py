"""
Kafka to the lake by Spark Structured Streaming, into the very tables that the sink writes, for topics larger than one machine.

    spark-submit ingest.py --brokers kafka:9092 --lake s3a://bucket/lake --table transaction_fraud_detection

Every record is in the table once: a batch commits under Delta's transaction id of this query, so a batch that is tried again after a crash
is not written again; and a query leaves out the offsets that the table held when it started, whoever wrote them.
One writer of a table at a time: stop the sink for a use case before this job takes it over; each goes on where the other has ended.
Records that no row can be made of go to the quarantine table with their bytes and the reason.
"""

import argparse
import json

from delta.tables import DeltaTable
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from session import open_session
from tables import Table, table

CORRUPT = "_corrupt"


def main() -> None:
    options = arguments()
    declared = table(options.table)
    spark = open_session(f"ingest-{declared.name}")
    places = {name: f"{options.lake.rstrip('/')}/{name}" for name in (declared.name, declared.quarantine)}
    if not DeltaTable.isDeltaTable(spark, places[declared.name]):
        raise SystemExit(f"No Delta table at {places[declared.name]}: start the sink or the SQL role once, it makes the tables.")

    reached = offsets_reached(spark, places[declared.name])
    stream = (
        spark.readStream.format("kafka")
        .option("kafka.bootstrap.servers", options.brokers)
        .option("subscribe", options.topic_prefix + declared.topic)
        .option("startingOffsets", starting_offsets(spark, reached, declared, options))
        .option("kafka.isolation.level", "read_committed")
        .option("maxOffsetsPerTrigger", options.max_records)
        .option("failOnDataLoss", "true")
    )
    for setting in options.kafka:
        name, _, value = setting.partition("=")
        stream = stream.option(f"kafka.{name}", value)
    writer = (
        stream.load()
        .writeStream.queryName(f"ingest-{declared.name}")
        .option("checkpointLocation", options.checkpoint)
        .foreachBatch(lambda batch, number: write_batch(batch, number, declared, places, reached))
    )
    writer = writer.trigger(availableNow=True) if options.once else writer.trigger(processingTime=options.every)
    writer.start().awaitTermination()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brokers", required=True, help="such as kafka:9092")
    parser.add_argument("--lake", required=True, help="folder of all tables, such as s3a://bucket/lake")
    parser.add_argument("--table", required=True, help="such as transaction_fraud_detection")
    parser.add_argument("--checkpoint", required=True, help="folder of this query alone, on durable storage")
    parser.add_argument("--once", action="store_true", help="ends when all that is there now has been written")
    parser.add_argument("--every", default="30 seconds", help="time between batches")
    parser.add_argument("--max-records", type=int, default=500_000, help="most records in a batch")
    parser.add_argument("--topic-prefix", default="", help="as KAFKA_TOPIC_PREFIX of the platform")
    parser.add_argument("--kafka", action="append", default=[], metavar="NAME=VALUE", help="setting of the Kafka client")
    return parser.parse_args()


def offsets_reached(spark: SparkSession, place: str) -> dict[int, int]:
    """The last offset of each partition that the events table holds, whoever wrote it. All before it are in one of the two tables."""
    rows = spark.read.format("delta").load(place).groupBy("_partition").agg(F.max("_offset").alias("last")).collect()
    return {row["_partition"]: row["last"] for row in rows}


def starting_offsets(spark: SparkSession, reached: dict[int, int], declared: Table, options: argparse.Namespace) -> str:
    """Behind what the table holds. Only a query without a checkpoint looks at it."""
    topic = options.topic_prefix + declared.topic
    partitions = partitions_of(spark, options.brokers, topic, options.kafka)
    # -2 is Kafka's word for the earliest record.
    return json.dumps({topic: {str(number): reached[number] + 1 if number in reached else -2 for number in partitions}})


def partitions_of(spark: SparkSession, brokers: str, topic: str, settings: list[str]) -> list[int]:
    """Asks the cluster through the client that Spark uses itself."""
    jvm = spark.sparkContext._jvm
    properties = jvm.java.util.Properties()
    properties.setProperty("bootstrap.servers", brokers)
    for setting in settings:
        name, _, value = setting.partition("=")
        properties.setProperty(name, value)
    admin = jvm.org.apache.kafka.clients.admin.AdminClient.create(properties)
    try:
        names = jvm.java.util.ArrayList()
        names.add(topic)
        description = admin.describeTopics(names).allTopicNames().get().get(topic)
        return sorted(info.partition() for info in description.partitions())
    finally:
        admin.close()


def write_batch(
    batch: DataFrame, number: int, declared: Table, places: dict[str, str], reached: dict[int, int]
) -> None:
    """Writes one batch to both tables. Either write may have happened before a crash: Delta leaves out the one that did."""
    batch = batch.persist()
    try:
        # An old checkpoint does not know what a sink has written since.
        parsed = parse(batch.where(~is_behind(reached)), declared)
        query = batch.sparkSession.sparkContext.getLocalProperty("sql.streaming.queryId")
        app = f"spark:{declared.topic}:{query}"
        refused = quarantine(parsed.where(~is_row(declared)), declared)
        # A look first: an empty commit for every batch would only make versions.
        if not refused.isEmpty():
            refused = missing_from(refused, places[declared.quarantine], declared)
            append(refused, places[declared.quarantine], app, number, declared.partition_by)
        append(rows(parsed.where(is_row(declared)), declared), places[declared.name], app, number, declared.partition_by)
    finally:
        batch.unpersist()


def is_behind(reached: dict[int, int]) -> Column:
    condition = F.lit(False)
    for partition, last in reached.items():
        condition = condition | ((F.col("partition") == partition) & (F.col("offset") <= last))
    return condition


def missing_from(refused: DataFrame, place: str, declared: Table) -> DataFrame:
    """Without what is quarantined already: the sink, which does so first, may have ended before it wrote the rows."""
    if not DeltaTable.isDeltaTable(refused.sparkSession, place):
        return refused
    held = refused.sparkSession.read.format("delta").load(place).where(F.col("_topic") == declared.topic)
    return refused.join(held.select("_partition", "_offset"), ["_partition", "_offset"], "left_anti").select(*refused.columns)


def parse(batch: DataFrame, declared: Table) -> DataFrame:
    fields = [field for field in declared.schema.fields if field.name in declared.business]
    wanted = StructType([*fields, StructField(CORRUPT, StringType())])
    options = {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": CORRUPT}
    return batch.withColumn("event", F.from_json(F.col("value").cast("string"), wanted, options))


def is_row(declared: Table) -> Column:
    """Whether a record is an event: JSON of the declared types with all that is required."""
    condition = F.col("event").isNotNull() & F.col(f"event.{CORRUPT}").isNull()
    for name in declared.required:
        condition = condition & F.col(f"event.{name}").isNotNull()
    return F.coalesce(condition, F.lit(False))


def lineage(declared: Table, event_time: Column, day: Column) -> dict[str, Column]:
    return {
        "_topic": F.lit(declared.topic),
        "_partition": F.col("partition"),
        "_offset": F.col("offset"),
        "_key": F.col("key").cast("string"),
        "_event_time": event_time,
        "_ingested_at": F.col("timestamp"),
        "event_date": day,
    }


def rows(parsed: DataFrame, declared: Table) -> DataFrame:
    time = F.col(f"event.{declared.time}")
    values = {name: F.col(f"event.{name}") for name in declared.business}
    return shaped(parsed, values | lineage(declared, time, F.to_date(time)), declared.schema)


def quarantine(refused: DataFrame, declared: Table) -> DataFrame:
    text = F.col("value").cast("string")
    is_text = F.is_valid_utf8(text)
    values = {
        "reason": F.lit("INVALID_EVENT"),
        "message": F.lit("The record is no JSON of the declared types with all required fields."),
        "text": F.when(is_text, text),
        "base64": F.when(~is_text, F.base64("value")),
        "headers": F.lit(None),
    }
    values |= lineage(declared, F.lit(None), F.to_date("timestamp"))
    return shaped(refused, values, declared.quarantine_schema)


def shaped(frame: DataFrame, values: dict[str, Column], schema: StructType) -> DataFrame:
    return frame.select(*(values[field.name].cast(field.dataType).alias(field.name) for field in schema.fields))


def append(frame: DataFrame, place: str, app: str, number: int, partition_by: list[str]) -> None:
    (
        frame.write.format("delta")
        .mode("append")
        .option("txnAppId", app)
        .option("txnVersion", number)
        .partitionBy(*partition_by)
        .save(place)
    )


if __name__ == "__main__":
    main()
