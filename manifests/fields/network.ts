import { type Block, many, one, stringMap, strings } from "./field";
import { labelSelector } from "./meta";

const servicePort: Block = {
  name: "string",
  port: "int",
  protocol: "string",
  target_port: "intOrString",
  node_port: "int",
  app_protocol: "string",
};

export const serviceSpec: Block = {
  type: "string",
  cluster_ip: { shape: "string", as: "clusterIP" },
  cluster_ips: { shape: strings, as: "clusterIPs" },
  selector: stringMap,
  port: many(servicePort, "ports"),
  publish_not_ready_addresses: "bool",
  session_affinity: "string",
  session_affinity_config: one({ client_ip: one({ timeout_seconds: "int" }, "clientIP") }),
  internal_traffic_policy: "string",
  external_traffic_policy: "string",
  external_ips: { shape: strings, as: "externalIPs" },
  external_name: "string",
  health_check_node_port: "int",
  ip_families: strings,
  ip_family_policy: "string",
  load_balancer_class: { shape: "string", when: ["type", "LoadBalancer"] },
  load_balancer_ip: { shape: "string", as: "loadBalancerIP" },
  load_balancer_source_ranges: strings,
  allocate_load_balancer_node_ports: { shape: "bool", when: ["type", "LoadBalancer"] },
};

const policyPorts = many({ protocol: "string", port: "intOrString", end_port: "int" });

const peer: Block = {
  ip_block: one({ cidr: "string", except: strings }),
  namespace_selector: one(labelSelector),
  pod_selector: one(labelSelector),
};

export const networkPolicySpec: Block = {
  pod_selector: one(labelSelector),
  policy_types: strings,
  ingress: many({ from: many(peer), ports: policyPorts }),
  egress: many({ to: many(peer), ports: policyPorts }),
};
