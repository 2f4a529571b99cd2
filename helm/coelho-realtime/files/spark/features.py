"""
Daily aggregates per entity from an events table, for tables larger than one machine.

    spark-submit features.py --lake s3a://bucket/lake --table transaction_fraud_detection [--version 42] [--from 2026-01-01 --to 2026-01-31]

Writes `<table>.entity_daily`: for each entity (the key of the use case) and day the number of events, the first and last event, for each
numeric field count, sum, mean, min, max and standard deviation, for each text field the number of distinct values. A day is replaced
as a whole, so running the job again gives the same table. The version that was read is kept in each row.
"""

import argparse

from delta.tables import DeltaTable
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import BooleanType, DoubleType, IntegerType, LongType, StringType, StructField

from session import open_session
from tables import Table, table

NUMERIC = (DoubleType, IntegerType, LongType, BooleanType)


def main() -> None:
    options = arguments()
    declared = table(options.table)
    spark = open_session(f"features-{declared.name}")
    lake = options.lake.rstrip("/")
    source = f"{lake}/{declared.name}"
    version = options.version if options.version is not None else latest_version(spark, source)
    events = spark.read.format("delta").option("versionAsOf", version).load(source)
    if options.first:
        events = events.where(F.col("event_date") >= F.to_date(F.lit(options.first)))
    if options.last:
        events = events.where(F.col("event_date") <= F.to_date(F.lit(options.last)))
    daily = aggregate(events, declared).withColumn("source_version", F.lit(version).cast("long"))
    (
        daily.write.format("delta")
        .mode("overwrite")
        # Only the days that are in the result are replaced.
        .option("partitionOverwriteMode", "dynamic")
        # A use case may have got fields since.
        .option("mergeSchema", "true")
        .partitionBy("event_date")
        .save(f"{lake}/{declared.name}.entity_daily")
    )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lake", required=True, help="folder of all tables, such as s3a://bucket/lake")
    parser.add_argument("--table", required=True, help="such as transaction_fraud_detection")
    parser.add_argument("--version", type=int, help="of the events table; default the newest")
    parser.add_argument("--from", dest="first", help="first day, such as 2026-01-01")
    parser.add_argument("--to", dest="last", help="last day, inclusive")
    return parser.parse_args()


def latest_version(spark: SparkSession, place: str) -> int:
    return DeltaTable.forPath(spark, place).history(1).collect()[0]["version"]


def aggregate(events: DataFrame, declared: Table) -> DataFrame:
    measures = [
        F.count(F.lit(1)).alias("events"),
        F.min("_event_time").alias("first_event"),
        F.max("_event_time").alias("last_event"),
    ]
    for field in declared.schema.fields:
        if field.name in declared.business and field.name in events.columns and field.name != declared.key:
            measures += measures_of(field)
    return events.groupBy(F.col(declared.key).alias("entity"), "event_date").agg(*measures)


def measures_of(field: StructField) -> list:
    column, name = F.col(field.name), field.name
    if isinstance(field.dataType, NUMERIC):
        value = column.cast("double")
        return [
            F.count(value).alias(f"{name}_count"),
            F.sum(value).alias(f"{name}_sum"),
            F.avg(value).alias(f"{name}_mean"),
            F.min(value).alias(f"{name}_min"),
            F.max(value).alias(f"{name}_max"),
            F.stddev_samp(value).alias(f"{name}_stddev"),
        ]
    if isinstance(field.dataType, StringType):
        return [F.countDistinct(column).alias(f"{name}_distinct")]
    return []


if __name__ == "__main__":
    main()
