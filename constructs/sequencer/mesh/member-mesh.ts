import { join } from "node:path";
import { dependOn } from "../../kubernetes/framework/depend";
import { escapeTerraform } from "../../kubernetes/framework/escape";
import type { Container, EnvVar, ServiceV1 } from "../../kubernetes/framework/provider";
import type { Construct } from "../../kubernetes/framework/terraform";
import { mustBeKnown } from "../../kubernetes/known";
import { ObjectsRelease } from "../../kubernetes/objects-release";
import { CONTAINER_SECURITY } from "../../kubernetes/pod-security";
import { Scripts } from "../../kubernetes/scripts";
import { KubernetesConstruct } from "../../kubernetes/vocabulary/construct";
import type { KubernetesScope } from "../../kubernetes/vocabulary/props";
import type { MemberPart } from "../member/part";
import { SEQUENCER_PATHS } from "../member/paths";
import { memberAlias, memberHost, membersOf } from "../members";
import { READY, SIDECAR_ALIVE } from "../probes";
import type { NodePorts } from "../software/software";
import { type MeshAdditions, meshConfig } from "./config";
import { MESH } from "./ports";
import type { Upstream } from "./upstream";
import { pathEnv } from "./upstreams";

/** Where ev-node finds the DA in a pod with a mesh. */
export const MESH_DA_ADDRESS = `http://127.0.0.1:${MESH.daPort}`;

/** How members know each other. */
export type MeshSecurity =
  /** A Secret with `tls.crt`, `tls.key` and `ca.crt`, made by `rollup-network keys mesh`. */
  | { readonly kind: "secret"; readonly secret: string }
  /**
   * A Certificate of cert-manager, whose Secret is `<name>-mesh`. The issuer's CA vouches for members alone, by their
   * common name.
   */
  | { readonly kind: "certManager"; readonly issuer: string; readonly issuerKind?: "Issuer" | "ClusterIssuer" }
  /** No TLS, for clusters whose network is encrypted. */
  | { readonly kind: "plain" };

/** What a `MemberMesh` takes; a sequencer of several members makes one of its own. */
export interface MemberMeshProps extends KubernetesScope {
  readonly namespace: string;
  /** Name of the sequencer. */
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly clusterDomain: string;
  readonly image: string;
  /** A Service per member, whose address the mesh dials. */
  readonly services: readonly ServiceV1[];
  /** Carry raft; a Lease pair has none and needs no security. */
  readonly raft: boolean;
  /** Where members listen for raft and p2p. */
  readonly ports: Pick<NodePorts, "raft" | "p2p">;
  readonly security: MeshSecurity;
  readonly upstreams: readonly Upstream[];
  /** What the node software has in it. @default - nothing */
  readonly additions?: MeshAdditions;
}

/**
 * The sidecar of a member: HAProxy between ev-node and everything that may be lost. It carries raft between members
 * over mutual TLS, which ev-node's raft does not have; p2p between members; and the DA. Every connection is checked,
 * and closed within a second when the other end is gone, and none needs DNS: members are found at loopback addresses
 * (`hostAliases`) and at the addresses of their Services.
 *
 * Creates: ConfigMap `<name>-mesh`, and with cert-manager a Helm release with a Certificate.
 */
export class MemberMesh extends KubernetesConstruct {
  /** What it adds to the pod of every member. */
  readonly part: MemberPart & { readonly container: Container };
  readonly scripts: Scripts;
  /** Whether raft goes over TLS: the mesh then shows a certificate that expires. */
  readonly tls: boolean;
  readonly certificate?: ObjectsRelease;

  constructor(scope: Construct, id: string, props: MemberMeshProps) {
    super(scope, id, props);
    mustBeKnown(`MemberMesh ${id}`, props, {
      security: { kind: true },
      upstreams: { name: true, endpoints: true },
      additions: { sections: true, lua: true, told: true },
    });
    const { name, namespace, clusterDomain, security, services } = props;
    const hosts = membersOf(services.length).map(ordinal => memberHost(name, namespace, clusterDomain, ordinal));
    const tls = props.raft && security.kind !== "plain";
    this.tls = tls;
    this.scripts = new Scripts(this, "Scripts", {
      namespace,
      name: `${name}-mesh`,
      labels: props.labels,
      files: [
        ...["start-mesh.sh", "mesh.lua"].map(name => join(__dirname, "scripts", name)),
        ...(props.additions?.lua ?? []),
      ],
      texts: {
        "haproxy.cfg": escapeTerraform(
          meshConfig({
            name,
            hosts,
            raft: props.raft,
            tls,
            commonName: meshCommonName(name, namespace),
            ports: props.ports,
            upstreams: props.upstreams,
            additions: props.additions,
            clusterDomain,
          }),
        ),
      },
    });
    if (tls && security.kind === "certManager") {
      this.certificate = new ObjectsRelease(this, "Certificate", {
        namespace,
        name: `${name}-mesh`,
        objects: [certificate(props, security, hosts)],
      });
      dependOn([this.certificate], [this.scripts]);
    }
    const secret = security.kind === "secret" ? security.secret : `${name}-mesh`;
    this.part = {
      container: meshContainer(props, tls),
      volumes: [
        { name: "mesh", configMap: { name: `${name}-mesh`, defaultMode: "0555" } },
        ...(tls ? [{ name: "mesh-tls", secret: { secretName: secret, defaultMode: "0440" } }] : []),
      ],
      hostAliases: hosts.map((host, ordinal) => ({ ip: memberAlias(ordinal), hostnames: [host] })),
    };
  }
}

/** The name in the certificate of every member, and in no other's of the same CA. */
export function meshCommonName(name: string, namespace: string): string {
  return `${name}.${namespace}`;
}

/**
 * The addresses of the members' Services, known to Terraform once they exist: no name has to be resolved during a
 * failover.
 */
export function memberAddresses(services: readonly ServiceV1[]): EnvVar[] {
  return services.map(({ spec }, ordinal) => ({ name: `MEMBER_${ordinal}_ADDRESS`, value: spec.clusterIp }));
}

/** The container of a mesh; with `tls` it carries raft over TLS. */
function meshContainer({ image, raft, services, upstreams }: MemberMeshProps, tls: boolean): Container {
  return {
    name: "mesh",
    image,
    imagePullPolicy: "IfNotPresent",
    command: [`${Scripts.MOUNT_PATH}/start-mesh.sh`],
    env: [
      { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
      { name: "RUN_DIR", value: SEQUENCER_PATHS.run },
      ...(raft ? [{ name: "MESH_RAFT", value: "true" }] : []),
      ...(tls ? [{ name: "MESH_TLS_DIR", value: MESH.tlsPath }] : []),
      ...memberAddresses(services),
      ...pathEnv(upstreams),
    ],
    port: [
      ...(raft ? [{ name: "mesh", containerPort: MESH.raftPort, protocol: "TCP" }] : []),
      { name: "mesh-metrics", containerPort: MESH.metricsPort, protocol: "TCP" },
    ],
    readinessProbe: { httpGet: { path: "/healthz", port: "mesh-metrics" }, ...READY },
    // Not /healthz, which fails when the others are lost.
    livenessProbe: { tcpSocket: [{ port: "mesh-metrics" }], ...SIDECAR_ALIVE },
    resources: { requests: { cpu: "100m", memory: "64Mi" }, limits: { memory: "192Mi" } },
    securityContext: CONTAINER_SECURITY,
    volumeMount: [
      { name: "mesh", mountPath: Scripts.MOUNT_PATH, readOnly: true },
      { name: "run", mountPath: SEQUENCER_PATHS.run },
      { name: "tmp", mountPath: "/tmp" },
      ...(tls ? [{ name: "mesh-tls", mountPath: MESH.tlsPath, readOnly: true }] : []),
    ],
  };
}

function certificate(
  { name, namespace, labels }: MemberMeshProps,
  { issuer, issuerKind = "Issuer" }: MeshSecurity & { kind: "certManager" },
  hosts: readonly string[],
): object {
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name: `${name}-mesh`, namespace, labels },
    spec: {
      secretName: `${name}-mesh`,
      commonName: meshCommonName(name, namespace),
      dnsNames: hosts,
      usages: ["server auth", "client auth"],
      // The mesh loads a renewed certificate by itself; a month before the end leaves time to see the alert.
      duration: "2160h",
      renewBefore: "720h",
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      issuerRef: { name: issuer, kind: issuerKind, group: "cert-manager.io" },
    },
  };
}
