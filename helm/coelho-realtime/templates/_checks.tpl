{{/* Rules over several values, in words. Included once, by the service account, which every mode renders. */}}
{{- define "coelho.checks" -}}
{{- $v := .Values -}}
{{- if eq (default .Chart.AppVersion $v.image.tag) "latest" -}}
{{- fail "image.tag: \"latest\" given; a version or image.digest wanted, so that a rollback brings back what ran." -}}
{{- end -}}
{{- if and $v.secrets.external.enabled (or (not $v.secrets.external.storeName) (not $v.secrets.external.remoteKey)) -}}
{{- fail "secrets.external.enabled: true given without storeName and remoteKey; the store and the key in it wanted." -}}
{{- end -}}
{{- if and (not $v.secrets.generate) (not $v.secrets.existingSecret) (not $v.secrets.external.enabled) -}}
{{- fail "secrets.generate: false given without secrets.existingSecret or secrets.external; a secret with ACCESS_TOKEN and SUBGRAPH_SECRET wanted." -}}
{{- end -}}
{{- if and $v.route.enabled (not $v.route.parentRefs) -}}
{{- fail "route.enabled: true given without route.parentRefs; the Gateway that takes the route wanted." -}}
{{- end -}}
{{- if eq $v.mode "distributed" -}}
{{- if not (or $v.engines.kafka.brokers $v.bundled.kafka.enabled $v.strimzi.enabled) -}}
{{- fail "mode: distributed needs engines.kafka.brokers, bundled.kafka.enabled or strimzi.enabled; none given." -}}
{{- end -}}
{{- if not (or $v.engines.redis.url $v.bundled.valkey.enabled) -}}
{{- fail "mode: distributed needs engines.redis.url or bundled.valkey.enabled; neither given." -}}
{{- end -}}
{{- if not (or $v.engines.mlflow.trackingUri $v.bundled.mlflow.enabled) -}}
{{- fail "mode: distributed needs engines.mlflow.trackingUri or bundled.mlflow.enabled; neither given." -}}
{{- end -}}
{{- if not (or $v.engines.lake.uri $v.bundled.s3.enabled) -}}
{{- fail "mode: distributed needs engines.lake.uri or bundled.s3.enabled; neither given." -}}
{{- end -}}
{{- if and $v.bundled.mlflow.enabled (not (or $v.bundled.postgres.enabled $v.cloudnativePg.enabled)) -}}
{{- fail "bundled.mlflow.enabled: true given without bundled.postgres.enabled or cloudnativePg.enabled; its database wanted." -}}
{{- end -}}
{{- if and $v.spark.enabled (not (and $v.spark.image $v.spark.lake $v.spark.serviceAccount)) -}}
{{- fail "spark.enabled: true given without image, lake and serviceAccount; all three wanted." -}}
{{- end -}}
{{- if and $v.keda.enabled (not $v.keda.prometheusAddress) -}}
{{- fail "keda.enabled: true given without keda.prometheusAddress; the Prometheus that knows the lag wanted." -}}
{{- end -}}
{{- if and $v.keda.enabled (gt (int $v.keda.minReplicas) (int $v.keda.maxReplicas)) -}}
{{- fail (printf "keda.minReplicas: %d given, at most maxReplicas (%d) wanted." (int $v.keda.minReplicas) (int $v.keda.maxReplicas)) -}}
{{- end -}}
{{- if and $v.autoscaling.enabled (gt (int $v.autoscaling.minReplicas) (int $v.autoscaling.maxReplicas)) -}}
{{- fail (printf "autoscaling.minReplicas: %d given, at most maxReplicas (%d) wanted." (int $v.autoscaling.minReplicas) (int $v.autoscaling.maxReplicas)) -}}
{{- end -}}
{{- else -}}
{{- range $name, $on := dict "autoscaling" $v.autoscaling.enabled "keda" $v.keda.enabled "podDisruptionBudget" $v.podDisruptionBudget.enabled "strimzi" $v.strimzi.enabled "cloudnativePg" $v.cloudnativePg.enabled "spark" $v.spark.enabled -}}
{{- if $on -}}
{{- fail (printf "%s.enabled: true given with mode: embedded, which is one pod with a volume; mode: distributed wanted." $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
