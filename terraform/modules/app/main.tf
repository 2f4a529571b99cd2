# The release itself. Needs the providers `kubernetes` and `helm`, which the caller configures.
terraform {
  required_version = ">= 1.11"
  required_providers {
    helm       = { source = "hashicorp/helm", version = "~> 3.0" }
    kubernetes = { source = "hashicorp/kubernetes", version = "~> 2.38" }
  }
}

variable "name" {
  type        = string
  description = "Name of the release."
}

variable "namespace" {
  type        = string
  description = "Namespace, which is made."
}

variable "labels" {
  type        = map(string)
  description = "Labels of the namespace."
}

variable "chart" {
  type        = string
  description = "Path of helm/coelho-realtime, or its address in a registry."
}

variable "values" {
  type        = string
  description = "Values as YAML."
}

resource "kubernetes_namespace_v1" "this" {
  metadata {
    name   = var.namespace
    labels = var.labels
  }
}

resource "helm_release" "this" {
  name      = var.name
  namespace = kubernetes_namespace_v1.this.metadata[0].name
  chart     = var.chart
  values    = [var.values]
  # A release that does not become ready is taken back.
  atomic  = true
  wait    = true
  timeout = 600
}

output "namespace" {
  description = "Where the release is."
  value       = helm_release.this.namespace
}
