variable "mode" {
  type        = string
  description = "embedded: one pod with a volume. distributed: a workload for each role on engines that are given."
  default     = "embedded"
  validation {
    condition     = contains(["embedded", "distributed"], var.mode)
    error_message = "mode: ${jsonencode(var.mode)} given; embedded or distributed wanted."
  }
}

variable "events_per_second" {
  type        = number
  description = "Events of all use cases together at the busiest hour."
  default     = 60
  validation {
    condition     = var.events_per_second > 0 && var.events_per_second <= 30000
    error_message = "events_per_second: ${var.events_per_second} given; more than 0 and at most 30000, which is one cell, wanted: see docs/operations.md, How it grows."
  }
}

variable "use_cases" {
  type        = number
  description = "Sessions that learn at once."
  default     = 3
  validation {
    condition     = var.use_cases >= 1 && floor(var.use_cases) == var.use_cases
    error_message = "use_cases: ${var.use_cases} given; a whole number of at least 1 wanted."
  }
}

variable "subscribers" {
  type        = number
  description = "Clients that stream at once."
  default     = 100
  validation {
    condition     = var.subscribers >= 0
    error_message = "subscribers: ${var.subscribers} given; 0 or more wanted."
  }
}

variable "image" {
  type        = object({ repository = string, digest = optional(string, ""), tag = optional(string, "") })
  description = "Where the image is. Production wants the digest."
  validation {
    condition     = var.image.digest == "" || can(regex("^sha256:[0-9a-f]{64}$", var.image.digest))
    error_message = "image.digest: ${jsonencode(var.image.digest)} given; sha256: and 64 hexadecimal digits wanted."
  }
  validation {
    condition     = var.image.tag != "latest"
    error_message = "image.tag: \"latest\" given; a version wanted, so that a rollback brings back what ran."
  }
}

variable "secret_name" {
  type        = string
  description = "Secret with ACCESS_TOKEN and SUBGRAPH_SECRET, made outside Terraform so that neither stands in its state. Empty: the chart makes one."
  default     = ""
}

variable "engines" {
  type = object({
    kafka_brokers       = optional(string, "")
    kafka_secret        = optional(string, "")
    redis_url           = optional(string, "")
    redis_secret        = optional(string, "")
    mlflow_tracking_uri = optional(string, "")
    lake_uri            = optional(string, "")
    lake_endpoint       = optional(string, "")
    lake_secret         = optional(string, "")
  })
  description = "Addresses of engines, and names of the secrets with their passwords."
  default     = {}
}

variable "storage_gib" {
  type        = number
  description = "Volume of an embedded platform, GiB."
  default     = 20
  validation {
    condition     = var.storage_gib >= 5
    error_message = "storage_gib: ${var.storage_gib} given; at least 5 wanted: each topic keeps up to 1 GiB."
  }
}
