output "namespace" {
  description = "Where the release is."
  value       = module.app.namespace
}

output "sizing" {
  description = "Processes and cores that were asked for."
  value       = module.platform.sizing
}
