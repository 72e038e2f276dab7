/*! The agent's configuration: environment variables, all checked before anything starts. */
import { isIPv4 } from "node:net";

export interface Config {
  readonly pod: string;
  readonly rpcUrl: URL;
  readonly peersMethod: string;
  /** Of /metrics and /healthz; 0 takes a free one. */
  readonly port: number;
  readonly intervalSeconds: number;
  /** Absent where nothing is published, and only peers are counted. */
  readonly publish?: PublishConfig;
}

export interface PublishConfig {
  readonly enrMethod: string;
  readonly namespace: string;
  readonly podUid: string;
  readonly configMap: string;
  readonly announcedPort: number;
  /** At most one of the two; neither when the address is public and only the node knows it. */
  readonly announcedHost?: string;
  readonly announcedIp?: string;
  /** Whether the record was made beforehand: it is then in the ConfigMap from the start, and never published from here. */
  readonly known: boolean;
  readonly kubeUrl: URL;
  readonly tokenFile: string;
  readonly caFile: string;
}

type Env = Record<string, string | undefined>;

const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Throws an error that lists everything that is wrong, a line each. */
export function readConfig(env: Env): Config {
  const errors: string[] = [];
  const required = (name: string) => {
    const value = env[name];
    if (!value) errors.push(`${name} is not set`);
    return value ?? "";
  };
  const number = (name: string, fallback: string | undefined, min: number, max: number, integer = true) => {
    const text = env[name] || fallback;
    const value = Number(text);
    const valid = text && value >= min && value <= max && (!integer || Number.isInteger(value));
    if (!valid) errors.push(`${name} is ${quote(text)}: must be ${integer ? "an integer" : "a number"} from ${min} to ${max}`);
    return value;
  };
  const url = (name: string, text: string) => {
    const value = URL.canParse(text) ? new URL(text) : undefined;
    if (value?.protocol === "http:" || value?.protocol === "https:") return value;
    errors.push(`${name} is ${quote(text)}: must be an http or https URL`);
    return new URL("http://invalid");
  };

  const publishConfig = (configMap: string): PublishConfig => {
    const { AGENT_ANNOUNCED_HOST: host, AGENT_ANNOUNCED_ADDRESSES: addresses, POD_NAME: pod = "" } = env;
    if (host && addresses) errors.push("AGENT_ANNOUNCED_HOST and AGENT_ANNOUNCED_ADDRESSES are both set: keep one");
    const announcedIp = addresses ? addresses.split(" ")[ordinalOf(pod)] : undefined;
    if (addresses && !isIPv4(announcedIp ?? "")) {
      errors.push(`AGENT_ANNOUNCED_ADDRESSES is ${quote(addresses)}: must have an IPv4 address for pod ${pod}`);
    }
    const kubeUrl = url("AGENT_KUBE_URL", env.AGENT_KUBE_URL || inCluster(required));
    if (kubeUrl.protocol === "http:" && !["127.0.0.1", "[::1]", "localhost", "invalid"].includes(kubeUrl.hostname)) {
      errors.push(`AGENT_KUBE_URL is ${quote(kubeUrl.href)}: must be https, or the token would travel in clear text`);
    }
    return {
      enrMethod: env.AGENT_ENR_METHOD || "bootstrap_getEncodedEnr",
      namespace: required("POD_NAMESPACE"),
      podUid: required("POD_UID"),
      configMap,
      announcedPort: number("AGENT_ANNOUNCED_PORT", undefined, 1, 65535),
      announcedHost: host && hostOf(host, pod),
      announcedIp,
      known: env.AGENT_RECORD_KNOWN === "true",
      kubeUrl,
      tokenFile: env.AGENT_TOKEN_FILE || `${SERVICE_ACCOUNT}/token`,
      caFile: env.AGENT_CA_FILE || `${SERVICE_ACCOUNT}/ca.crt`,
    };
  };

  const config: Config = {
    pod: required("POD_NAME"),
    rpcUrl: url("AGENT_RPC_URL", env.AGENT_RPC_URL || "http://127.0.0.1:8080"),
    peersMethod: env.AGENT_PEERS_METHOD || "bootstrap_getRoutingTable",
    port: number("AGENT_PORT", "9102", 0, 65535),
    intervalSeconds: number("AGENT_INTERVAL_SECONDS", "15", 0.05, 3600, false),
    publish: env.AGENT_CONFIG_MAP ? publishConfig(env.AGENT_CONFIG_MAP) : undefined,
  };
  if (errors.length) throw new Error(errors.join("\n"));
  return config;
}

/** The position of a pod in its StatefulSet. */
function ordinalOf(pod: string): number {
  return Number(pod.slice(pod.lastIndexOf("-") + 1));
}

/** The Service of a pod: `<name>-p2p.<…>` of ordinal 0, as it is given, and `<pod>-p2p.<…>` of the others. */
function hostOf(first: string, pod: string): string {
  return ordinalOf(pod) === 0 ? first : `${pod}-p2p${first.slice(first.indexOf("."))}`;
}

function inCluster(required: (name: string) => string): string {
  const host = required("KUBERNETES_SERVICE_HOST");
  const port = required("KUBERNETES_SERVICE_PORT");
  return host && port ? `https://${host.includes(":") ? `[${host}]` : host}:${port}` : "https://invalid";
}

function quote(text: string | undefined): string {
  return text ? JSON.stringify(text) : "not set";
}
