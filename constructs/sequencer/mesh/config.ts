import { basename } from "node:path";
import { Scripts } from "../../kubernetes/scripts";
import { defaultsSection, globalSection, luaLoad, memberAddress, metricsFrontend, section, sections } from "../haproxy";
import { memberAlias } from "../members";
import type { NodePorts } from "../software/software";
import { MESH } from "./ports";
import type { Upstream } from "./upstream";
import { toUpstreams } from "./upstreams";

export interface MeshConfigProps {
  /** The sequencer; its pods are `<name>-0` and on. */
  readonly name: string;
  /** Pod FQDN of every member, by ordinal: what a member's certificate has to be made for. */
  readonly hosts: readonly string[];
  /** Common name of the members' certificate, `<name>.<namespace>`: another one of the same CA does not get in. */
  readonly commonName: string;
  /** Carry raft; without it p2p and the DA alone, as for a Lease pair. */
  readonly raft: boolean;
  /**
   * Whether raft goes over TLS 1.3 with certificates on both sides; without, the network has to be encrypted by itself.
   */
  readonly tls: boolean;
  /** Where members listen for raft and p2p. */
  readonly ports: Pick<NodePorts, "raft" | "p2p">;
  readonly upstreams: readonly Upstream[];
  /** What the node software has in it. @default - nothing */
  readonly additions?: MeshAdditions;
  /** Completes hosts that end in `.svc`, since HAProxy asks DNS without a search list. */
  readonly clusterDomain: string;
}

/** What a node software adds to the mesh of its members. */
export interface MeshAdditions {
  /** Sections of HAProxy's configuration. */
  readonly sections: readonly string[];
  /** Paths of the Lua programs that they use. */
  readonly lua: readonly string[];
  /**
   * What members tell each other, through the port of raft: backends of `sections` that are up where it holds. The
   * backend `<name>-<i>` is up where it holds for member i.
   */
  readonly told: readonly string[];
}

/**
 * Two failed checks 0.3 s apart, or half a second of unanswered data, and what is open to the server is closed: a lost
 * member must not be a black hole.
 */
const WATCHED = "check inter 300ms fall 2 rise 1 on-marked-down shutdown-sessions tcp-ut 500ms";

/** Both sides show a certificate and verify the other's. The key is read from beside the certificate. */
const CERTIFICATE = [
  `ssl crt ${MESH.tlsPath}/tls.crt`,
  `ca-file ${MESH.tlsPath}/ca.crt verify required ssl-min-ver TLSv1.3`,
].join(" ");

/**
 * Neither protocol begins with the letter of the probe's `GET`: raft with the kind of call, 0 to 4, libp2p with the
 * length of `/multistream/1.0.0`.
 */
const PROBE = "{ req.payload(0,1) -m bin 47 }";

/**
 * HAProxy configuration of the mesh, the sidecar of every member of a raft sequencer. It carries raft (over mutual
 * TLS), p2p and the DA through connections that are checked and closed within about a second when the other end is
 * lost. One text serves all members: HAProxy takes `POD_NAME`, `ORDINAL`, `POD_IP` and `MEMBER_<i>_ADDRESS` from the
 * environment.
 *
 * A check asks the other mesh for its name, which finds hung ones and Services that lead elsewhere; for raft over TLS,
 * and with TLS 1.3 a handshake alone would not tell the client that its certificate was refused. No check reaches the
 * node, and a connection does only once it has brought data.
 */
export function meshConfig(props: MeshConfigProps): string {
  const { tls, hosts } = props;
  const upstreams = toUpstreams(props.upstreams, props.clusterDomain);
  const others = hosts.length > 1 ? hosts.map((host, ordinal) => peer(props, host, ordinal)) : [];
  const lua = [...(tls ? ["mesh.lua"] : []), ...(props.additions?.lua ?? []).map(path => basename(path))];
  return sections(
    globalSection(
      ...(tls ? ["ssl-load-extra-files key", "ssl-load-extra-del-ext"] : []),
      ...luaLoad(...lua.map(name => `${Scripts.MOUNT_PATH}/${name}`)),
    ),
    defaultsSection(
      "mode tcp",
      "option tcplog",
      "retries 0",
      "timeout client 1h",
      "timeout server 1h",
      "timeout tunnel 1h",
    ),
    upstreams.resolvers,
    props.raft && founded(raftIn(props)),
    section(
      "backend probe",
      "mode http",
      ...(props.additions?.told ?? []).map(
        name => `http-request return status 503 if { path /${name} } !{ nbsrv(${name}) gt 0 }`,
      ),
      'http-request return status 200 content-type text/plain lf-string "%[env(POD_NAME)]"',
    ),
    p2pIn(props),
    ...others,
    ...upstreams.sections,
    ...(props.additions?.sections ?? []),
    ...metrics(props),
  );
}

/** Limits a source to what members need many times over: pooled connections and three checks a second. */
const LIMITS = [
  "maxconn 500",
  "stick-table type ipv6 size 1k expire 1m store conn_cur",
  "tcp-request connection track-sc0 src",
  "tcp-request connection reject if { sc0_conn_cur gt 64 }",
] as const;

/** Nothing reaches the node before the other side has spoken. */
const AFTER_DATA = ["tcp-request content accept if { req.len gt 0 }", "tcp-request content reject"] as const;

/** Lines for a member whose raft is founded: one that is asked for its vote before could never found it. */
function founded(...lines: readonly string[]): string {
  return ['.if streq("$RAFT_IN","open")', ...lines, ".endif"].join("\n");
}

function raftIn({ tls, commonName, ports }: MeshConfigProps): string {
  return section(
    "listen raft",
    `bind "\${POD_IP}:${MESH.raftPort}" tcp-ut 500ms${tls ? ` ${CERTIFICATE}` : ""}`,
    ...LIMITS,
    tls && 'error-log-format "raft from %ci refused: %[ssl_fc_err_str]"',
    tls && 'log-format "raft from %ci as %{+Q}[ssl_c_s_dn(cn)]: %[var(txn.refused)] %ts after %Tt ms, %B bytes"',
    "tcp-request inspect-delay 5s",
    tls && `acl member ssl_c_s_dn(cn) -m str ${commonName}`,
    tls && "tcp-request content set-var(txn.refused) str(refused) unless member",
    tls && "tcp-request content reject if !member { req.len gt 0 }", // with data, as what sent none is not logged
    ...AFTER_DATA,
    `use_backend probe if ${PROBE}`,
    `server node "${memberAlias("${ORDINAL}")}:${ports.raft}"`,
  );
}

function p2pIn({ ports }: MeshConfigProps): string {
  return section(
    "listen p2p",
    `bind "\${POD_IP}:${ports.p2p}" tcp-ut 500ms`,
    ...LIMITS,
    "tcp-request inspect-delay 5s",
    ...AFTER_DATA,
    `use_backend probe if ${PROBE}`,
    `server node "${memberAlias("${ORDINAL}")}:${ports.p2p}"`,
  );
}

/**
 * Raft and p2p to another member; left out in the member's own pod, where the node itself listens on these addresses.
 */
function peer({ name, raft, tls, ports, additions }: MeshConfigProps, host: string, ordinal: number): string {
  const pod = `${name}-${ordinal}`;
  const [alias, address] = [memberAlias(ordinal), memberAddress(ordinal)];
  const probe = ["option httpchk GET /", `http-check expect string ${pod}`];
  const toRaft = `server ${pod} "${address}:${MESH.raftPort}"`;
  const ofRaft = tls ? ` ${CERTIFICATE} verifyhost ${host} no-ssl-reuse` : "";
  return elsewhere(
    pod,
    raft && section(`listen raft-${ordinal}`, `bind ${alias}:${ports.raft}`, ...probe, `${toRaft} ${WATCHED}${ofRaft}`),
    section(
      `listen p2p-${ordinal}`,
      `bind ${alias}:${ports.p2p}`,
      ...probe,
      `server ${pod} "${address}:${ports.p2p}" ${WATCHED}`,
    ),
    ...(additions?.told ?? []).map(name =>
      section(
        `backend ${name}-${ordinal}`,
        "mode http",
        "no option log-health-checks",
        `option httpchk GET /${name}`,
        `http-check expect string ${pod}`,
        `${toRaft} check inter 1s fall 1 rise 1 init-state down${ofRaft}`,
      ),
    ),
  );
}

/** Lines for all pods but this one. */
function elsewhere(pod: string, ...lines: readonly (string | false)[]): string {
  return [`.if !streq("$POD_NAME","${pod}")`, ...lines.filter(Boolean), ".endif"].join("\n");
}

const EXPIRY = "rollup_network_mesh_certificate_expiry_timestamp_seconds";

/**
 * Unhealthy while no other member can be reached. The certificate in use is read where clients see it: from a
 * connection to itself.
 */
function metrics({ name, hosts, raft, tls }: MeshConfigProps): string[] {
  const text = [
    `# HELP ${EXPIRY} When the certificate in use expires, in seconds since 1970.`,
    `# TYPE ${EXPIRY} gauge`,
    `${EXPIRY} %[ssl_f_notafter,lua.epoch]`,
  ];
  return [
    metricsFrontend(
      `"\${POD_IP}:${MESH.metricsPort}"`,
      ...(raft ? hosts.map((_, i) => elsewhere(`${name}-${i}`, `  acl peer nbsrv(raft-${i}) gt 0`)) : []),
      raft && "monitor fail unless peer",
      `default_backend ${tls ? "certificate" : "not-found"}`,
    ),
    ...(tls
      ? [
          section(
            "backend certificate",
            "mode http",
            "timeout server 5s",
            'server self "abns@mesh-${POD_NAME}" ssl verify none',
          ),
          section(
            "frontend certificate-in",
            "mode http",
            "timeout client 10s",
            `bind "abns@mesh-\${POD_NAME}" ssl crt ${MESH.tlsPath}/tls.crt ssl-min-ver TLSv1.3`,
            "http-request deny deny_status 404 unless { path /certificate }",
            'http-request return status 200 content-type "text/plain; version=0.0.4" ' +
              `lf-string "${text.join("\\n")}\\n"`,
          ),
        ]
      : [section("backend not-found", "mode http", "http-request deny deny_status 404")]),
  ];
}
