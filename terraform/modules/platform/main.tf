# Values of the Helm chart from what is to be carried. Needs no provider. Figures: docs/operations.md, How it grows.
locals {
  events_per_session      = 3000
  connections_per_gateway = 10000
  # Cores that one event per second takes: learning and publishing, following, writing to the lake.
  cores_learning  = var.events_per_second / 6000
  cores_following = var.events_per_second / 33000
  gateways        = max(1, ceil(var.subscribers / local.connections_per_gateway))
  # A session is one process at a time: more processes than sessions would only stand by.
  learners = min(var.use_cases, max(1, ceil(local.cores_learning)))

  embedded = {
    mode = "embedded"
    embedded = {
      resources = {
        requests = { cpu = "${max(250, ceil(1000 * local.cores_learning))}m", memory = "640Mi" }
        limits   = { memory = "1Gi" }
      }
      persistence = { size = "${var.storage_gib}Gi" }
    }
  }
  distributed = {
    mode = "distributed"
    roles = {
      gateway     = { replicas = local.gateways }
      incremental = { replicas = local.learners, resources = local.learner_resources }
      observability = { replicas = 1, resources = {
        requests = { cpu = "${max(100, ceil(1000 * local.cores_following))}m", memory = "256Mi" }
        limits   = { memory = "512Mi" }
      } }
    }
    engines = {
      kafka  = { brokers = var.engines.kafka_brokers, existingSecret = var.engines.kafka_secret }
      redis  = { url = var.engines.redis_url, existingSecret = var.engines.redis_secret }
      mlflow = { trackingUri = var.engines.mlflow_tracking_uri }
      lake   = { uri = var.engines.lake_uri, endpoint = var.engines.lake_endpoint, existingSecret = var.engines.lake_secret }
    }
  }
  learner_resources = {
    requests = { cpu = "${max(250, ceil(1000 * local.cores_learning / local.learners))}m", memory = "768Mi" }
    limits   = { memory = "1536Mi" }
  }
  common = {
    image   = { repository = var.image.repository, tag = var.image.tag, digest = var.image.digest }
    secrets = { generate = var.secret_name == "", existingSecret = var.secret_name }
  }
}

check "one_session_carries_it" {
  assert {
    condition     = var.events_per_second / var.use_cases <= local.events_per_session
    error_message = "${var.events_per_second} events/s of ${var.use_cases} use cases are more than ${local.events_per_session} a session: declare a use case several times, by region or tenant."
  }
}

check "an_embedded_platform_carries_it" {
  assert {
    condition     = var.mode == "distributed" || var.events_per_second <= local.events_per_session
    error_message = "${var.events_per_second} events/s in one pod; at most ${local.events_per_session} were measured with all of it on two cores: mode distributed wanted."
  }
}
