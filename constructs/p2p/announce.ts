import { isToken } from "../kubernetes/framework/tokens";
import { CLUSTER_IPV4, HOST_IPV4 } from "../kubernetes/grammar/address";
import { faultOf } from "../kubernetes/grammar/grammar";
import { mustBeKnown } from "../kubernetes/known";

/** The kinds of address that a node can announce. */
export type AnnounceMode = "clusterIp" | "podIp" | "publicIp" | "address";

/** How a pod is reached under its node's address: the port on the host, or the host's whole network. */
export type HostExposure = "hostPort" | "hostNetwork";

/**
 * How a reserved public address reaches the pod; the host exposures are for an address that is on the node itself (an
 * EIP).
 */
export type AddressExposure = "loadBalancer" | HostExposure;

/** What every kind of address takes. */
export interface AnnounceOptions {
  /**
   * p2p port, TCP and UDP: listened on, served by the Service and announced. They are one number because a node that
   * listens on another port than it announces cannot be dialled.
   * @default 40400 - Aztec's
   */
  readonly port?: number;
}

/** Which address a p2p node tells the world, with the ports that belong to it. */
export class Announce {
  /**
   * Internal and stable, the default of bootstrap nodes: one ClusterIP Service a replica, whose address outlives every
   * pod. `addresses` reserves those ClusterIPs, one per replica, so that ENRs can be known before anything is deployed.
   */
  static clusterIp(options: AnnounceOptions & { readonly addresses?: readonly string[] } = {}): Announce {
    return new Announce("clusterIp", options, options.addresses ?? []);
  }

  /** Internal, gone with the pod: the default of nodes that nobody joins through. */
  static podIp(options: AnnounceOptions = {}): Announce {
    return new Announce("podIp", options, []);
  }

  /** The public address of the Kubernetes node, which the software queries at start. */
  static publicIp(options: AnnounceOptions & { readonly expose?: HostExposure } = {}): Announce {
    return new Announce("publicIp", options, [], options.expose ?? "hostPort");
  }

  /** Reserved public addresses, one per replica: a LoadBalancer's, or one that is assigned to the Kubernetes node. */
  static address(
    ips: string | readonly string[],
    options: AnnounceOptions & {
      readonly expose?: AddressExposure;
      /**
       * Reserved node ports of the load balancers, one per replica, TCP and UDP: for a balancer or a firewall in front
       * of the cluster that knows hosts and ports. @default - Kubernetes chooses
       */
      readonly nodePorts?: readonly number[];
    } = {},
  ): Announce {
    return new Announce("address", options, typeof ips === "string" ? [ips] : ips, options.expose ?? "loadBalancer");
  }

  readonly port: number;
  /** Reserved node ports of the load balancers, one per replica; empty where Kubernetes chooses. */
  readonly nodePorts: readonly number[];

  private constructor(
    readonly mode: AnnounceMode,
    options: AnnounceOptions & { readonly nodePorts?: readonly number[] },
    /** Addresses known at synth, one per replica; empty where they are found at start. */
    readonly addresses: readonly string[],
    readonly expose?: AddressExposure,
  ) {
    const { nodePorts = [] } = options;
    mustBeKnown("Announce", { port: options.port, addresses, expose, nodePorts }, { expose: true });
    this.port = options.port ?? 40400;
    this.nodePorts = nodePorts;
    if (!Number.isInteger(this.port) || this.port < 1 || this.port > 65535) {
      throw new Error(`announce port ${this.port} is out of range: use 1 to 65535`);
    }
    for (const address of addresses) {
      const fault = isToken(address) ? undefined : faultOf(mode === "clusterIp" ? CLUSTER_IPV4 : HOST_IPV4, address);
      if (fault) throw new Error(`announce address "${address}" ${fault.join(" → ")}`);
    }
    const twice = addresses.find((address, i) => addresses.indexOf(address) !== i);
    if (twice) throw new Error(`announce address ${twice} is given twice: every replica needs its own`);
    if (mode === "address" && addresses.length === 0) throw new Error("announce by address needs at least one address");
  }

  /** Whether the address outlives the pod. A public address stays as long as the pod stays on its node. */
  get stable(): boolean {
    return this.mode !== "podIp";
  }

  /** Whether peers outside the cluster are meant to dial it. */
  get isPublic(): boolean {
    return this.mode === "publicIp" || this.mode === "address";
  }

  /** The way onto the host, which Pod Security `restricted` does not admit. */
  get hostExposure(): HostExposure | undefined {
    return this.expose === "loadBalancer" ? undefined : this.expose;
  }

  /** One line for tables and messages. */
  toString(): string {
    const known = this.addresses.length > 0 ? ` ${this.addresses.join(", ")}` : "";
    return `${this.mode}${known}:${this.port}${this.expose ? ` via ${this.expose}` : ""}`;
  }
}
