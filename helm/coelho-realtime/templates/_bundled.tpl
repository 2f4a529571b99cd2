{{/* A bundled engine: one replica, one volume, one service. Takes `root`, `name`, `image`, `port`, `uid`, `resources`, `storage`, `mount`, `env`, `args`, `command`, `probe`. */}}
{{- define "coelho.bundled" -}}
{{- $name := printf "%s-%s" (include "coelho.fullname" .root) .name }}
{{- $component := dict "root" .root "component" .name }}
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ $name }}
  labels: {{- include "coelho.labels" $component | nindent 4 }}
spec:
  replicas: 1
  serviceName: {{ $name }}
  selector: { matchLabels: { {{- include "coelho.selector" $component | replace "\n" ", " -}} } }
  template:
    metadata:
      labels: {{- include "coelho.labels" $component | nindent 8 }}
    spec:
      serviceAccountName: {{ include "coelho.fullname" .root }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      securityContext:
        runAsNonRoot: true
        runAsUser: {{ .uid }}
        runAsGroup: {{ .uid }}
        fsGroup: {{ .uid }}
        seccompProfile: { type: RuntimeDefault }
      containers:
        - name: {{ .name }}
          image: {{ .image }}
          {{- with .command }}
          command: {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with .args }}
          args: {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with .env }}
          env: {{- . | nindent 12 }}
          {{- end }}
          ports:
            - { name: main, containerPort: {{ .port }} }
          startupProbe: { tcpSocket: { port: main }, periodSeconds: 3, failureThreshold: 60 }
          livenessProbe: { tcpSocket: { port: main }, periodSeconds: 20, failureThreshold: 6 }
          readinessProbe: {{- default (dict "tcpSocket" (dict "port" "main")) .probe | toYaml | nindent 12 }}
          resources: {{- toYaml .resources | nindent 12 }}
          securityContext: {{- include "coelho.containerSecurity" .root | nindent 12 }}
          volumeMounts:
            - { name: data, mountPath: {{ .mount }} }
            - { name: tmp, mountPath: /tmp }
            {{- range .scratch }}
            - { name: tmp, mountPath: {{ . }}, subPath: {{ base . }} }
            {{- end }}
      volumes:
        - { name: tmp, emptyDir: { sizeLimit: 1Gi } }
        {{- if not .storage }}
        - { name: data, emptyDir: { sizeLimit: 1Gi } }
        {{- end }}
  {{- with .storage }}
  volumeClaimTemplates:
    - metadata: { name: data }
      spec:
        accessModes: [ReadWriteOnce]
        resources: { requests: { storage: {{ . }} } }
  {{- end }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ $name }}
  labels: {{- include "coelho.labels" $component | nindent 4 }}
spec:
  selector: {{- include "coelho.selector" $component | nindent 4 }}
  ports:
    - { name: main, port: {{ .port }}, targetPort: main }
{{- end -}}
