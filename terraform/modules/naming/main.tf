# Names and labels that every part shares. Needs no provider.
variable "name" {
  type        = string
  description = "What the release is called."
  default     = "realtime"
  validation {
    condition     = can(regex("^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$", var.name))
    error_message = "name: ${jsonencode(var.name)} given; a lower-case letter, then at most 39 of letters, digits and dashes, wanted."
  }
}

variable "environment" {
  type        = string
  description = "Which of several it is: dev, staging, production."
  default     = "dev"
  validation {
    condition     = contains(["dev", "staging", "production"], var.environment)
    error_message = "environment: ${jsonencode(var.environment)} given; dev, staging or production wanted."
  }
}

output "namespace" {
  description = "Namespace of the release."
  value       = var.environment == "production" ? var.name : "${var.name}-${var.environment}"
}

output "cluster" {
  description = "Name of a cluster made for it."
  value       = substr("${var.name}-${var.environment}", 0, 32)
}

output "labels" {
  description = "Labels of the namespace; the cluster's own policy refuses pods that want more than they may."
  value = {
    "app.kubernetes.io/part-of"                  = "coelho-realtime"
    "coelho-realtime/environment"                = var.environment
    "pod-security.kubernetes.io/enforce"         = "restricted"
    "pod-security.kubernetes.io/enforce-version" = "latest"
  }
}
