{{- define "coelho.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "coelho.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "coelho.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "coelho.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Labels that never change: selectors stand on them. Takes a dict of `root` and `component`. */}}
{{- define "coelho.selector" -}}
app.kubernetes.io/name: {{ include "coelho.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "coelho.labels" -}}
{{ include "coelho.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: coelho-realtime
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "coelho.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}{{ .repository }}@{{ .digest }}{{- else -}}{{ .repository }}:{{ default $.Chart.AppVersion .tag }}{{- end -}}
{{- end -}}
{{- end -}}

{{- define "coelho.secretName" -}}
{{- default (printf "%s-access" (include "coelho.fullname" .)) .Values.secrets.existingSecret -}}
{{- end -}}

{{/* Secret of a bundled engine or one that is named. Takes `root`, `engine`, `existing`. */}}
{{- define "coelho.engineSecret" -}}
{{- default (printf "%s-%s" (include "coelho.fullname" .root) .engine) .existing -}}
{{- end -}}

{{/* Ports of the roles, as docs/operations.md names them. */}}
{{- define "coelho.ports" -}}
gateway: 4000
incremental: 4101
observability: 4102
producers: 4103
sink: 4104
sql: 4105
batch: 4106
{{- end -}}

{{- define "coelho.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "coelho.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{/* What every pod of ours has besides its containers. Takes `root`, `component`. */}}
{{- define "coelho.podCommon" -}}
serviceAccountName: {{ include "coelho.fullname" .root }}
automountServiceAccountToken: false
enableServiceLinks: false
# Requests and streams end in 5 s, hand-over of sessions and the sink's last version in 20 s.
terminationGracePeriodSeconds: 40
securityContext: {{- include "coelho.podSecurity" . | nindent 2 }}
{{- with .root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .root.Values.topologySpread }}
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector: { matchLabels: { {{- include "coelho.selector" $ | replace "\n" ", " -}} } }
  {{- end }}
{{- end }}
{{- end -}}

{{/* Probes of one process of ours on its port of that name. */}}
{{- define "coelho.probes" -}}
# A start replays what came since the last checkpoint.
startupProbe:
  httpGet: { path: /livez, port: {{ . }} }
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet: { path: /livez, port: {{ . }} }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: { path: /readyz, port: {{ . }} }
  periodSeconds: 3
  timeoutSeconds: 3
# Endpoints are told before the process is: no request meets a closed door.
lifecycle: { preStop: { sleep: { seconds: 5 } } }
{{- end -}}
