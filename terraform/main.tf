provider "kubernetes" {
  config_path    = var.kubeconfig
  config_context = var.context
}

provider "helm" {
  kubernetes = {
    config_path    = var.kubeconfig
    config_context = var.context
  }
}

module "naming" {
  source      = "./modules/naming"
  name        = var.name
  environment = var.environment
}

module "platform" {
  source            = "./modules/platform"
  mode              = try(var.platform.mode, "embedded")
  events_per_second = try(var.platform.events_per_second, 60)
  use_cases         = try(var.platform.use_cases, 3)
  subscribers       = try(var.platform.subscribers, 100)
  storage_gib       = try(var.platform.storage_gib, 20)
  secret_name       = try(var.platform.secret_name, "")
  engines           = try(var.platform.engines, {})
  image             = var.image
}

module "app" {
  source    = "./modules/app"
  name      = var.name
  namespace = module.naming.namespace
  labels    = module.naming.labels
  chart     = "${path.module}/../helm/coelho-realtime"
  values    = module.platform.values
}
