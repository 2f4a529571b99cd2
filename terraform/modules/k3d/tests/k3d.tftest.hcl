variables {
  cluster = "realtime-dev"
}

run "listens_on_loopback_only" {
  command = plan
  assert {
    condition     = yamldecode(output.config).kubeAPI.hostIP == "127.0.0.1" && yamldecode(output.config).ports[0].port == "127.0.0.1:8080:80"
    error_message = output.config
  }
}

run "refuses_a_privileged_port" {
  command = plan
  variables {
    port = 80
  }
  expect_failures = [var.port]
}

run "refuses_a_crowd" {
  command = plan
  variables {
    agents = 50
  }
  expect_failures = [var.agents]
}

run "refuses_a_name_that_k3d_refuses" {
  command = plan
  variables {
    cluster = "Realtime"
  }
  expect_failures = [var.cluster]
}
