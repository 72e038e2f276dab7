import { type Block, many, one, strings } from "./field";
import { fieldRef, resourceFieldRef, resources } from "./meta";

const keyRef: Block = { name: "string", key: "string", optional: "bool" };
const sourceRef: Block = { name: "string", optional: "bool" };

const env: Block = {
  name: "string",
  value: "string",
  value_from: one({
    config_map_key_ref: one(keyRef),
    secret_key_ref: one(keyRef),
    field_ref: one(fieldRef),
    resource_field_ref: one(resourceFieldRef),
  }),
};

const envFrom: Block = {
  prefix: "string",
  config_map_ref: one(sourceRef),
  secret_ref: one(sourceRef),
};

const handler: Block = {
  exec: one({ command: strings }),
  http_get: one({
    host: "string",
    path: "string",
    port: "intOrString",
    scheme: "string",
    http_header: many({ name: "string", value: "string" }, "httpHeaders"),
  }),
  tcp_socket: one({ port: "intOrString" }),
};

const probe: Block = {
  ...handler,
  grpc: one({ port: "int", service: "string" }),
  initial_delay_seconds: "int",
  period_seconds: "int",
  timeout_seconds: "int",
  success_threshold: "int",
  failure_threshold: "int",
};

export const seLinuxOptions: Block = { level: "string", role: "string", type: "string", user: "string" };

export const seccompProfile: Block = {
  type: { shape: "string", default: "Unconfined" },
  localhost_profile: { shape: "string", when: ["type", "Localhost"] },
};

const securityContext: Block = {
  allow_privilege_escalation: { shape: "bool", default: true },
  capabilities: one({ add: strings, drop: strings }),
  privileged: "bool",
  read_only_root_filesystem: { shape: "bool", default: false },
  run_as_group: "int",
  // Sent with every container security context, and there it wins over the pod's `true`.
  run_as_non_root: { shape: "bool", default: false },
  run_as_user: "int",
  se_linux_options: one(seLinuxOptions),
  seccomp_profile: one(seccompProfile),
};

export const container: Block = {
  name: "string",
  image: "string",
  image_pull_policy: "string",
  restart_policy: { shape: "string", since: 3 },
  command: strings,
  args: strings,
  working_dir: "string",
  env: many(env),
  env_from: many(envFrom),
  port: many(
    {
      name: "string",
      container_port: "int",
      protocol: "string",
      host_port: "int",
      host_ip: { shape: "string", as: "hostIP" },
    },
    "ports",
  ),
  resources: one(resources),
  startup_probe: one(probe),
  readiness_probe: one(probe),
  liveness_probe: one(probe),
  lifecycle: one({ post_start: one(handler), pre_stop: one(handler) }),
  security_context: one(securityContext),
  volume_mount: many(
    {
      name: "string",
      mount_path: "string",
      sub_path: "string",
      sub_path_expr: "string",
      read_only: "bool",
      mount_propagation: "string",
    },
    "volumeMounts",
  ),
  volume_device: many({ name: "string", device_path: "string" }, "volumeDevices"),
  stdin: "bool",
  stdin_once: "bool",
  tty: "bool",
  termination_message_path: "string",
  termination_message_policy: "string",
};
