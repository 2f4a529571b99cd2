# Writes the configuration of a cluster on this machine: `terraform apply`, `terraform output -raw config > k3d.yaml`,
# `k3d cluster create --config k3d.yaml`, then the root module with `context = "k3d-realtime-dev"`.
module "naming" {
  source = "../../modules/naming"
}

module "k3d" {
  source  = "../../modules/k3d"
  cluster = module.naming.cluster
}

output "config" {
  description = "For k3d cluster create --config."
  value       = module.k3d.config
}
