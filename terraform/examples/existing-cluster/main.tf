# A distributed platform in a cluster that is there, on engines that others run. Secrets are made before, outside Terraform.
module "realtime" {
  source      = "../.."
  name        = "realtime"
  environment = "production"
  context     = "production"
  image = {
    repository = "registry.example.com/coelho-realtime"
    digest     = var.digest
  }
  platform = {
    mode              = "distributed"
    events_per_second = 3000
    subscribers       = 5000
    secret_name       = "coelho-access"
    engines = {
      kafka_brokers       = "kafka.example.com:9092"
      kafka_secret        = "coelho-kafka"
      redis_url           = "rediss://redis.example.com:6379"
      redis_secret        = "coelho-redis"
      mlflow_tracking_uri = "https://mlflow.example.com"
      lake_uri            = "s3://example-lake/coelho"
      lake_secret         = "coelho-lake"
    }
  }
}

variable "digest" {
  type        = string
  description = "Digest of the image that was tested."
}
