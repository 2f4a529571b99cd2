{{/* Addresses of the engines, wherever they run. */}}
{{- define "coelho.kafkaBrokers" -}}
{{- if .Values.engines.kafka.brokers -}}{{ .Values.engines.kafka.brokers }}
{{- else if .Values.strimzi.enabled -}}{{ include "coelho.fullname" . }}-kafka-kafka-bootstrap:9092
{{- else -}}{{ include "coelho.fullname" . }}-kafka:9092{{- end -}}
{{- end -}}

{{- define "coelho.mlflowUri" -}}
{{- default (printf "http://%s-mlflow:5000" (include "coelho.fullname" .)) .Values.engines.mlflow.trackingUri -}}
{{- end -}}

{{- define "coelho.secretEnv" -}}
- name: {{ .key }}
  valueFrom: { secretKeyRef: { name: {{ .secret }}, key: {{ .key }} } }
{{- end -}}

{{/* Environment by which a role finds Kafka, Redis, MLflow and the lake. Takes `root`, `role`. */}}
{{- define "coelho.engineEnv" -}}
{{- $v := .root.Values -}}
{{- $fullname := include "coelho.fullname" .root -}}
{{- $redisSecret := include "coelho.engineSecret" (dict "root" .root "engine" "redis" "existing" $v.engines.redis.existingSecret) -}}
{{- if ne .role "gateway" }}
- { name: KAFKA_BROKERS, value: {{ include "coelho.kafkaBrokers" .root | quote }} }
{{- if $v.engines.kafka.tls }}
- { name: KAFKA_TLS, value: "true" }
{{- end }}
{{- with $v.engines.kafka.replicationFactor }}
- { name: KAFKA_REPLICATION_FACTOR, value: {{ . | quote }} }
{{- end }}
{{- with $v.engines.kafka.saslMechanism }}
- { name: KAFKA_SASL_MECHANISM, value: {{ . }} }
{{- end }}
{{- if and $v.engines.kafka.saslMechanism $v.engines.kafka.existingSecret }}
{{ include "coelho.secretEnv" (dict "key" "KAFKA_SASL_USERNAME" "secret" $v.engines.kafka.existingSecret) }}
{{ include "coelho.secretEnv" (dict "key" "KAFKA_SASL_PASSWORD" "secret" $v.engines.kafka.existingSecret) }}
{{- end }}
{{- end }}
- { name: REDIS_URL, value: {{ default (printf "redis://%s-valkey:6379" $fullname) $v.engines.redis.url | quote }} }
{{- if or $v.bundled.valkey.enabled $v.engines.redis.existingSecret }}
{{ include "coelho.secretEnv" (dict "key" "REDIS_PASSWORD" "secret" $redisSecret) }}
{{- end }}
{{- if has .role (list "incremental" "observability" "batch") }}
- { name: MLFLOW_TRACKING_URI, value: {{ include "coelho.mlflowUri" .root | quote }} }
{{- with $v.engines.mlflow.existingSecret }}
{{ include "coelho.secretEnv" (dict "key" "MLFLOW_TRACKING_USERNAME" "secret" .) }}
{{ include "coelho.secretEnv" (dict "key" "MLFLOW_TRACKING_PASSWORD" "secret" .) }}
{{- end }}
{{- end }}
{{- if has .role (list "incremental" "sink" "sql" "batch") }}
- { name: LAKE_URI, value: {{ default "s3://lake/coelho" $v.engines.lake.uri | quote }} }
{{- $endpoint := $v.bundled.s3.enabled | ternary (printf "http://%s-s3:8333" $fullname) $v.engines.lake.endpoint }}
{{- with $endpoint }}
- { name: AWS_ENDPOINT_URL, value: {{ . | quote }} }
{{- end }}
- { name: AWS_REGION, value: {{ $v.engines.lake.region }} }
{{- if or $v.bundled.s3.enabled $v.engines.lake.existingSecret }}
{{- $lakeSecret := include "coelho.engineSecret" (dict "root" .root "engine" "lake" "existing" $v.engines.lake.existingSecret) }}
{{ include "coelho.secretEnv" (dict "key" "AWS_ACCESS_KEY_ID" "secret" $lakeSecret) }}
{{ include "coelho.secretEnv" (dict "key" "AWS_SECRET_ACCESS_KEY" "secret" $lakeSecret) }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Ports of engines outside the release that a role calls, as a list of NetworkPolicy ports. Takes `root`, `role`. */}}
{{- define "coelho.externalPorts" -}}
{{- $v := .root.Values -}}
{{- if ne $v.mode "embedded" -}}
{{- if has .role (list "incremental" "observability" "producers" "sink" "sql" "batch") -}}
{{- if not $v.bundled.kafka.enabled -}}
{{- range splitList "," (include "coelho.kafkaBrokers" .root) }}
- { port: {{ regexFind "[0-9]+$" . | default "9092" }} }
{{- end }}
{{- end }}
{{- end }}
{{- if and $v.engines.redis.url (has .role (list "gateway" "incremental" "observability" "producers" "sink" "sql" "batch")) }}
- { port: {{ regexFind "[0-9]+$" $v.engines.redis.url | default "6379" }} }
{{- end }}
{{- if and $v.engines.mlflow.trackingUri (has .role (list "incremental" "observability" "batch")) }}
- { port: {{ regexFind "[0-9]+$" (trimSuffix "/" $v.engines.mlflow.trackingUri) | default (hasPrefix "https" $v.engines.mlflow.trackingUri | ternary "443" "80") }} }
{{- end }}
{{- if and (not $v.bundled.s3.enabled) (has .role (list "incremental" "sink" "sql" "batch")) }}
- { port: {{ regexFind "[0-9]+$" (trimSuffix "/" $v.engines.lake.endpoint) | default (hasPrefix "http:" $v.engines.lake.endpoint | ternary "80" "443") }} }
{{- end }}
{{- end -}}
{{- end -}}
