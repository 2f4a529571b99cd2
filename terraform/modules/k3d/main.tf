# A cluster on this machine for trying things, as the configuration file that `k3d cluster create --config` takes. Needs no provider.
variable "cluster" {
  type        = string
  description = "Name of the cluster."
  validation {
    condition     = can(regex("^[a-z]([-a-z0-9]{0,30}[a-z0-9])?$", var.cluster))
    error_message = "cluster: ${jsonencode(var.cluster)} given; at most 32 lower-case letters, digits and dashes wanted."
  }
}

variable "agents" {
  type        = number
  description = "Nodes beside the server."
  default     = 2
  validation {
    condition     = var.agents >= 0 && var.agents <= 10
    error_message = "agents: ${var.agents} given; 0 to 10 wanted."
  }
}

variable "port" {
  type        = number
  description = "Port of this machine that leads to the cluster's load balancer."
  default     = 8080
  validation {
    condition     = var.port >= 1024 && var.port <= 65535
    error_message = "port: ${var.port} given; 1024 to 65535 wanted."
  }
}

output "config" {
  description = "Content of the configuration file."
  value = yamlencode({
    apiVersion = "k3d.io/v1alpha5"
    kind       = "Simple"
    metadata   = { name = var.cluster }
    servers    = 1
    agents     = var.agents
    kubeAPI    = { hostIP = "127.0.0.1" }
    ports      = [{ port = "127.0.0.1:${var.port}:80", nodeFilters = ["loadbalancer"] }]
    registries = { create = { name = "${var.cluster}-registry", host = "127.0.0.1", hostPort = "5111" } }
  })
}
