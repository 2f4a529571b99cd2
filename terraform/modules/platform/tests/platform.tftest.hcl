variables {
  image = { repository = "registry.example.com/coelho-realtime", tag = "0.5.0" }
}

run "is_one_pod_unless_told_otherwise" {
  command = plan
  assert {
    condition     = yamldecode(output.values).mode == "embedded" && yamldecode(output.values).embedded.persistence.size == "20Gi"
    error_message = output.values
  }
}

run "sizes_roles_by_what_they_carry" {
  command = plan
  variables {
    mode              = "distributed"
    events_per_second = 9000
    subscribers       = 25000
    engines = {
      kafka_brokers       = "kafka:9092"
      redis_url           = "redis://redis:6379"
      mlflow_tracking_uri = "http://mlflow:5000"
      lake_uri            = "s3://lake/coelho"
    }
  }
  assert {
    condition     = output.sizing.gateways == 3 && output.sizing.learners == 2
    error_message = jsonencode(output.sizing)
  }
  assert {
    condition     = yamldecode(output.values).roles.incremental.resources.requests.cpu == "750m"
    error_message = output.values
  }
}

run "never_starts_more_learners_than_sessions" {
  command = plan
  variables {
    events_per_second = 3000
    use_cases         = 1
  }
  assert {
    condition     = output.sizing.learners == 1
    error_message = jsonencode(output.sizing)
  }
}

run "keeps_secrets_out_of_the_values" {
  command = plan
  variables {
    secret_name = "coelho-access"
  }
  assert {
    condition     = yamldecode(output.values).secrets == { generate = false, existingSecret = "coelho-access" }
    error_message = output.values
  }
}

run "refuses_more_than_a_cell" {
  command = plan
  variables {
    events_per_second = 40000
  }
  expect_failures = [var.events_per_second]
}

run "refuses_an_unknown_mode" {
  command = plan
  variables {
    mode = "cluster"
  }
  expect_failures = [var.mode]
}

run "refuses_latest" {
  command = plan
  variables {
    image = { repository = "r/c", tag = "latest" }
  }
  expect_failures = [var.image]
}

run "refuses_half_a_digest" {
  command = plan
  variables {
    image = { repository = "r/c", digest = "sha256:12" }
  }
  expect_failures = [var.image]
}

run "refuses_a_distributed_platform_without_engines" {
  command = plan
  variables {
    mode    = "distributed"
    engines = { kafka_brokers = "kafka:9092" }
  }
  expect_failures = [output.values]
}

run "warns_of_a_session_that_is_too_busy" {
  command = plan
  variables {
    mode              = "distributed"
    events_per_second = 20000
    engines           = { kafka_brokers = "k:9092", redis_url = "redis://r", mlflow_tracking_uri = "http://m", lake_uri = "s3://l" }
  }
  expect_failures = [check.one_session_carries_it]
}

run "warns_of_an_embedded_platform_that_is_too_busy" {
  command = plan
  variables {
    events_per_second = 6000
  }
  expect_failures = [check.an_embedded_platform_carries_it]
}

run "refuses_a_volume_that_is_too_small" {
  command = plan
  variables {
    storage_gib = 1
  }
  expect_failures = [var.storage_gib]
}
