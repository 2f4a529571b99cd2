output "values" {
  description = "Values for helm/coelho-realtime, as YAML."
  value       = yamlencode(merge(local.common, yamldecode(var.mode == "embedded" ? yamlencode(local.embedded) : yamlencode(local.distributed))))
  precondition {
    condition = var.mode == "embedded" || alltrue([
      for address in [var.engines.kafka_brokers, var.engines.redis_url, var.engines.mlflow_tracking_uri, var.engines.lake_uri] : address != ""
    ])
    error_message = "mode distributed given without all of engines.kafka_brokers, redis_url, mlflow_tracking_uri and lake_uri; all four wanted."
  }
}

output "sizing" {
  description = "Processes and cores that the values ask for."
  value = {
    gateways       = local.gateways
    learners       = local.learners
    cores_learning = local.cores_learning
  }
}
