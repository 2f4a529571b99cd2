variable "name" {
  type        = string
  description = "What the release is called."
  default     = "realtime"
}

variable "environment" {
  type        = string
  description = "dev, staging or production."
  default     = "dev"
}

variable "kubeconfig" {
  type        = string
  description = "Path of the file that tells how to reach the cluster."
  default     = "~/.kube/config"
}

variable "context" {
  type        = string
  description = "Context in it, so that no other cluster is met by accident."
}

variable "platform" {
  type        = any
  description = "Inputs of modules/platform, which says what is wrong with them."
  default     = {}
}

variable "image" {
  type        = object({ repository = string, digest = optional(string, ""), tag = optional(string, "") })
  description = "Where the image is."
}
