/*! Reads environment variables, and collects what is wrong with them. */
import type { KubeAccess } from "./kube";

export type Env = Record<string, string | undefined>;

const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

export class EnvReader {
  readonly errors: string[] = [];

  constructor(private readonly env: Env) {}

  required(name: string): string {
    const value = this.env[name];
    if (!value) this.errors.push(`${name} is not set`);
    return value ?? "";
  }

  number(name: string, fallback: string | undefined, min: number, max: number, integer = true): number {
    const text = this.env[name] || fallback;
    const value = Number(text);
    const valid = text && value >= min && value <= max && (!integer || Number.isInteger(value));
    if (!valid) {
      this.errors.push(
        `${name} is ${quote(text)}: must be ${integer ? "an integer" : "a number"} from ${min} to ${max}`,
      );
    }
    return value;
  }

  url(name: string, text: string): URL {
    const value = URL.canParse(text) ? new URL(text) : undefined;
    if (value?.protocol === "http:" || value?.protocol === "https:") return value;
    this.errors.push(`${name} is ${quote(text)}: must be an http or https URL`);
    return new URL("http://invalid");
  }

  /**
   * The API server and credentials of the pod; `AGENT_KUBE_URL`, `AGENT_TOKEN_FILE` and `AGENT_CA_FILE` name others.
   */
  kubeAccess(): KubeAccess {
    const { AGENT_KUBE_URL, AGENT_TOKEN_FILE, AGENT_CA_FILE } = this.env;
    const kubeUrl = this.url("AGENT_KUBE_URL", AGENT_KUBE_URL || this.inCluster());
    if (kubeUrl.protocol === "http:" && !["127.0.0.1", "[::1]", "localhost", "invalid"].includes(kubeUrl.hostname)) {
      this.errors.push(
        `AGENT_KUBE_URL is ${quote(kubeUrl.href)}: must be https, or the token would travel in clear text`,
      );
    }
    return {
      kubeUrl,
      tokenFile: AGENT_TOKEN_FILE || `${SERVICE_ACCOUNT}/token`,
      caFile: AGENT_CA_FILE || `${SERVICE_ACCOUNT}/ca.crt`,
    };
  }

  /** Throws an error that lists everything that is wrong, a line each. */
  check(): void {
    if (this.errors.length) throw new Error(this.errors.join("\n"));
  }

  private inCluster(): string {
    const host = this.required("KUBERNETES_SERVICE_HOST");
    const port = this.required("KUBERNETES_SERVICE_PORT");
    return host && port ? `https://${host.includes(":") ? `[${host}]` : host}:${port}` : "https://invalid";
  }
}

export function quote(text: string | undefined): string {
  return text ? JSON.stringify(text) : "not set";
}
