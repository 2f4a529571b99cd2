run "gives_a_namespace_to_each_environment" {
  command = plan
  variables {
    name        = "fraud"
    environment = "staging"
  }
  assert {
    condition     = output.namespace == "fraud-staging" && output.cluster == "fraud-staging"
    error_message = "namespace ${output.namespace}, cluster ${output.cluster}"
  }
}

run "keeps_the_plain_name_for_production" {
  command = plan
  variables {
    name        = "fraud"
    environment = "production"
  }
  assert {
    condition     = output.namespace == "fraud"
    error_message = output.namespace
  }
}

run "enforces_the_restricted_policy" {
  command = plan
  assert {
    condition     = output.labels["pod-security.kubernetes.io/enforce"] == "restricted"
    error_message = "not enforced"
  }
}

run "refuses_names_that_kubernetes_refuses" {
  command = plan
  variables {
    name = "Fraud_1"
  }
  expect_failures = [var.name]
}

run "refuses_environments_that_nobody_knows" {
  command = plan
  variables {
    environment = "prod"
  }
  expect_failures = [var.environment]
}
