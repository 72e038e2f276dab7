{{- define "selector" -}}
app.kubernetes.io/name: aztec
app.kubernetes.io/instance: {{ .name }}
app.kubernetes.io/component: {{ .role }}
{{- end -}}

{{- define "metadata" -}}
namespace: {{ .namespace }}
labels:
  {{- include "selector" .node | nindent 2 }}
  app.kubernetes.io/part-of: rollup-network-p2p
  app.kubernetes.io/managed-by: cdktf-rollup-network
{{- end -}}

{{- define "containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: { drop: [ALL] }
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "pod" -}}
{{- $bootstrap := eq .node.role "bootstrap" -}}
metadata:
  labels:
    {{- include "selector" .node | nindent 4 }}
    app.kubernetes.io/part-of: rollup-network-p2p
    app.kubernetes.io/managed-by: cdktf-rollup-network
  annotations:
    cdktf-rollup-network/scripts-checksum: {{ .scripts | sha256sum | trunc 16 | quote }}
spec:
  serviceAccountName: {{ .node.name }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: 60
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    sysctls: [{ name: net.ipv4.ip_local_reserved_ports, value: "40400" }]
    seccompProfile: { type: RuntimeDefault }
  {{- if and (not $bootstrap) (gt (int .node.replicas) 1) }}
  topologySpreadConstraints:
    {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "selector" $.node | nindent 10 }}
    {{- end }}
  {{- end }}
  containers:
    - name: node
      image: {{ .values.image }}
      imagePullPolicy: IfNotPresent
      command: [/scripts/start-node.sh]
      args:
        - node
        - /usr/src/yarn-project/aztec/dest/bin/index.js
        - start
        - {{ ternary "--p2p-bootstrap" "--node" $bootstrap }}
      env:
        - { name: POD_NAME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
        - { name: L1_CHAIN_ID, value: {{ .values.l1ChainId | quote }} }
        - { name: NODE_IMAGE, value: {{ .values.image }} }
        {{- toYaml .values.env | nindent 8 }}
        {{- toYaml (ternary .values.bootstrapEnv .values.joiningEnv $bootstrap) | nindent 8 }}
        {{- if $bootstrap }}
        - { name: ANNOUNCE_HOST, value: boot-p2p.{{ .namespace }}.svc.cluster.local }
        {{- end }}
      ports:
        - { name: rpc, containerPort: 8080, protocol: TCP }
        - { name: p2p-tcp, containerPort: 40400, protocol: TCP }
        - { name: p2p-udp, containerPort: 40400, protocol: UDP }
      startupProbe:
        { httpGet: { path: /status, port: rpc }, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 120 }
      readinessProbe:
        {{- if $bootstrap }}
        httpGet: { path: /status, port: rpc }
        {{- else }}
        exec: { command: [/scripts/check-synced.sh, node_getWorldStateSyncStatus] }
        {{- end }}
        periodSeconds: 15
        timeoutSeconds: {{ ternary 2 4 $bootstrap }}
        failureThreshold: 2
      resources:
        { requests: { cpu: {{ .node.cpu }}, memory: {{ .node.memory }} }, limits: { memory: {{ .node.limit }} } }
      securityContext:
        {{- include "containerSecurity" . | nindent 8 }}
      volumeMounts:
        - { name: data, mountPath: /data }
        - { name: tmp, mountPath: /tmp }
        - { name: scripts, mountPath: /scripts, readOnly: true }
    {{- if $bootstrap }}
    - name: agent
      image: {{ .values.image }}
      imagePullPolicy: IfNotPresent
      command: [node, /scripts/p2p-agent.mjs]
      env:
        - { name: POD_NAME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
        - { name: POD_NAMESPACE, valueFrom: { fieldRef: { fieldPath: metadata.namespace } } }
        - { name: POD_UID, valueFrom: { fieldRef: { fieldPath: metadata.uid } } }
        - { name: NODE_OPTIONS, value: --max-old-space-size=64 }
        - { name: AGENT_PORT, value: "9102" }
        - { name: AGENT_RPC_URL, value: http://127.0.0.1:8080 }
        - { name: AGENT_PEERS_METHOD, value: bootstrap_getRoutingTable }
        - { name: AGENT_ENR_METHOD, value: bootstrap_getEncodedEnr }
        - { name: AGENT_CONFIG_MAP, value: boot-enr }
        - { name: AGENT_ANNOUNCED_PORT, value: "40400" }
        - { name: AGENT_ANNOUNCED_HOST, value: boot-p2p.{{ .namespace }}.svc.cluster.local }
      ports:
        - { name: metrics, containerPort: 9102, protocol: TCP }
      resources: { requests: { cpu: 10m, memory: 64Mi }, limits: { memory: 128Mi } }
      securityContext:
        {{- include "containerSecurity" . | nindent 8 }}
      volumeMounts:
        - { name: scripts, mountPath: /scripts, readOnly: true }
        - { name: agent-token, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true }
    {{- end }}
  volumes:
    - { name: scripts, configMap: { name: {{ .node.name }}-scripts, defaultMode: 0555 } }
    - { name: tmp, emptyDir: { sizeLimit: 1Gi } }
    {{- if $bootstrap }}
    - name: agent-token
      projected:
        defaultMode: 0440
        sources:
          - serviceAccountToken: { path: token, expirationSeconds: 3600 }
          - configMap: { name: kube-root-ca.crt, items: [{ key: ca.crt, path: ca.crt }] }
    {{- else }}
    - { name: data, emptyDir: {} }
    {{- end }}
{{- end -}}
