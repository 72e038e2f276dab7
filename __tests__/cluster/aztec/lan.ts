import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { KubernetesObject } from "../../../manifests/objects";
import { hasLabels, type Labels } from "../../../manifests/read/labels";
import { listOf } from "../../../manifests/read/object";
import { hasSelector, type Service, servicesIn } from "../../../manifests/read/service";

const ip = (...args: readonly string[]) => execFileSync("ip", args);

/**
 * The network of a test's rooms, with no way out: a bridge, to which every room has a link. A room answers to the
 * address of its pod, and to those of its Services.
 */
export class Lan {
  /** Addresses by the names that cluster DNS would answer. */
  readonly names = new Map<string, string>();
  private readonly bridge = `lan-${randomBytes(3).toString("hex")}`;
  private rooms = 0;
  private services = 0;

  constructor() {
    ip("netns", "add", this.bridge);
    ip("-n", this.bridge, "link", "add", "bridge", "type", "bridge");
    ip("-n", this.bridge, "link", "set", "bridge", "up");
  }

  /** Makes the network of a room whose pod has these labels, and returns the addresses of the pod and its Services. */
  join(network: string, objects: readonly KubernetesObject[], labels: Labels): [pod: string, ...services: string[]] {
    const room = ++this.rooms;
    const [pod, port] = [`10.244.0.${room}`, `room${room}`];
    const services = servicesIn(objects).filter(
      service =>
        hasSelector(service) && hasLabels(labels, service.spec.selector ?? {}) && service.spec.clusterIP !== "None",
    );
    const addresses = services.map(service => this.addressOf(service));
    // What came in over UDP by a Service goes out from its address, as kube-proxy has it; here all that goes out.
    const udp = services.findIndex(({ spec }) => listOf(spec.ports).some(({ protocol }) => protocol === "UDP"));
    ip("netns", "add", network);
    ip("-n", network, "link", "add", "eth0", "type", "veth", "peer", "name", port, "netns", this.bridge);
    ip("-n", this.bridge, "link", "set", port, "master", "bridge", "up");
    for (const address of [pod, ...addresses]) ip("-n", network, "address", "add", `${address}/32`, "dev", "eth0");
    for (const link of ["lo", "eth0"]) ip("-n", network, "link", "set", link, "up");
    ip("-n", network, "route", "add", "default", "dev", "eth0", "src", addresses[udp] ?? pod);
    return [pod, ...addresses];
  }

  leave(network: string): void {
    ip("netns", "delete", network);
  }

  remove(): void {
    ip("netns", "delete", this.bridge);
  }

  /** The Service's own address, or the next one that is free, by the names that pods use. */
  private addressOf({ name, namespace, spec }: Service): string {
    const host = `${name}.${namespace}.svc`;
    const address = spec.clusterIP ?? this.names.get(host) ?? `10.96.0.${++this.services}`;
    for (const called of [host, `${host}.cluster.local`]) this.names.set(called, address);
    return address;
  }
}
