"""The Spark session that both jobs use: Delta tables, times in UTC, and nothing fetched at run time."""

import os

from pyspark.sql import SparkSession


def open_session(name: str) -> SparkSession:
    """Opens a session. Master and object store come from spark-submit or, by hand, from SPARK_MASTER and SPARK_JARS (a folder)."""
    builder = (
        SparkSession.builder.appName(name)
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.sql.session.timeZone", "UTC")
        # The tables are shared with readers of protocol 1.
        .config("spark.databricks.delta.properties.defaults.minReaderVersion", "1")
        .config("spark.databricks.delta.properties.defaults.minWriterVersion", "2")
        .config("spark.ui.enabled", "false")
    )
    if master := os.environ.get("SPARK_MASTER"):
        builder = builder.master(master)
        if master.startswith("local"):
            # Made for clusters, the defaults (200 and 50) cost minutes on two threads.
            builder = builder.config("spark.sql.shuffle.partitions", "2")
            builder = builder.config("spark.databricks.delta.snapshotPartitions", "2")
    if folder := os.environ.get("SPARK_JARS"):
        jars = sorted(os.path.join(folder, file) for file in os.listdir(folder) if file.endswith(".jar"))
        builder = builder.config("spark.jars", ",".join(jars))
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel(os.environ.get("SPARK_LOG_LEVEL", "WARN"))
    return session
