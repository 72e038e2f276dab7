import { daEndpointProblem } from "../../../constructs/sequencer/da-endpoint";
import { HAPROXY_IMAGE, haproxyProblem } from "../../../constructs/sequencer/haproxy";
import { memberAlias } from "../../../constructs/sequencer/members";
import { type MeshConfigProps, meshConfig } from "../../../constructs/sequencer/mesh/config";
import { pathEnv } from "../../../constructs/sequencer/mesh/upstreams";
import { proxyConfig } from "../../../constructs/sequencer/proxy/config";

const da = (...endpoints: readonly string[]) => [{ name: "da", port: 7980, endpoints }];

const mesh = (props: Partial<MeshConfigProps> = {}) =>
  meshConfig({
    name: "seq",
    hosts: [0, 1, 2].map(i => `seq-${i}.seq-headless.net.svc.cluster.local`),
    commonName: "seq.net",
    raft: true,
    tls: true,
    ports: { raft: 5001, p2p: 7676 },
    upstreams: da("http://da.net.svc:7980"),
    clusterDomain: "cluster.local",
    ...props,
  });

/** The lines of a section, without its head. */
function lines(text: string, head: string): string[] {
  const [, body = ""] = text.split(`\n${head}\n`);
  return (body.split(/\n(?! )/)[0] as string).split("\n").map(line => line.trim());
}

const server = (text: string, head: string) => lines(text, head).find(line => line.startsWith("server ")) ?? "";

describe("the mesh", () => {
  test("takes raft in with a member's certificate only", () => {
    const raft = lines(mesh(), "listen raft");
    expect(raft[0]).toBe(
      'bind "${POD_IP}:5443" tcp-ut 500ms ssl crt /mesh-tls/tls.crt ' +
        "ca-file /mesh-tls/ca.crt verify required ssl-min-ver TLSv1.3",
    );
    expect(raft).toContain("acl member ssl_c_s_dn(cn) -m str seq.net");
    expect(raft.at(-1)).toBe('server node "127.0.0.1${ORDINAL}:5001"');
  });

  test("carries raft and p2p to each other member, by its own alias", () => {
    for (const i of [0, 1, 2]) {
      expect(mesh()).toContain(`.if !streq("$POD_NAME","seq-${i}")\nlisten raft-${i}\n  bind 127.0.0.1${i}:5001\n`);
      expect(server(mesh(), `listen raft-${i}`)).toContain(
        `"\${MEMBER_${i}_ADDRESS}:5443" check inter 300ms fall 2 rise 1 ` +
          "on-marked-down shutdown-sessions tcp-ut 500ms ssl ",
      );
      expect(server(mesh(), `listen raft-${i}`)).toContain(` verifyhost seq-${i}.seq-headless.net.svc.cluster.local `);
      expect(server(mesh(), `listen p2p-${i}`)).toContain(`"\${MEMBER_${i}_ADDRESS}:7676" check `);
    }
    expect(memberAlias(2)).toBe("127.0.0.12");
  });

  test("without TLS, has no certificate anywhere and is otherwise the same", () => {
    const plain = mesh({ tls: false });
    expect(plain).not.toMatch(/ssl|mesh-tls|lua|certificate/);
    expect(server(plain, "listen raft-1")).toContain("on-marked-down shutdown-sessions tcp-ut 500ms");
  });

  test("sends everything to the first DA endpoint that is up, by its own name", () => {
    const text = mesh({
      upstreams: da("https://da.example.com", "http://da.net.svc:7980", "http://10.0.0.9:26658"),
    });
    const servers = lines(text, "backend da").filter(line => line.startsWith("server "));
    const checked =
      "check observe layer4 error-limit 1 on-error mark-down on-marked-down shutdown-sessions tcp-ut 500ms";
    const resolved = "resolvers cluster resolve-prefer ipv4 init-addr none";
    const cas = '"${SSL_CERT_FILE-@system-ca}"';
    const verified = `ssl ca-file ${cas} verify required verifyhost da.example.com`;
    const backup = "da.net.svc.cluster.local:7980";
    expect(servers).toEqual([
      `server da.example.com da.example.com:443 ${checked} ${resolved} ${verified} ` +
        "sni str(da.example.com) check-sni da.example.com",
      `server ${backup} ${backup} ${checked} backup ${resolved}`,
      `server 10.0.0.9:26658 10.0.0.9:26658 ${checked} backup`,
    ]);
    expect(lines(text, "backend da").filter(line => line.includes(" Host "))).toEqual([
      "http-request set-header Host 10.0.0.9:26658",
      `http-request set-header Host ${backup} if { srv_is_up(da/${backup}) }`,
      "http-request set-header Host da.example.com if { srv_is_up(da/da.example.com) }",
    ]);
  });

  test("without raft, as for a Lease pair, carries p2p and the DA, and is well without the other", () => {
    const pair = mesh({ raft: false, tls: false });
    expect(pair).not.toMatch(/raft|monitor fail/);
    expect(server(pair, "listen p2p-1")).toContain(':7676" check ');
  });

  test("closes connections to a lost member even when they are idle", () => {
    const keepalives = ["cli", "srv"].flatMap(side => [
      `option ${side}tcpka`,
      `${side}tcpka-idle 1s`,
      `${side}tcpka-intvl 1s`,
    ]);
    expect(lines(mesh(), "defaults")).toEqual(expect.arrayContaining(keepalives));
    for (const head of ["listen raft", "listen p2p"]) expect(lines(mesh(), head)[0]).toContain(" tcp-ut 500ms");
  });

  test("asks DNS only for names", () => {
    expect(mesh()).toContain("resolvers cluster\n");
    expect(mesh({ upstreams: da("http://10.0.0.9:26658") })).not.toContain("resolvers");
  });

  test("is unhealthy while it reaches no other member", () => {
    const metrics = mesh().slice(mesh().indexOf("frontend metrics"));
    for (const i of [0, 1, 2])
      expect(metrics).toContain(`.if !streq("$POD_NAME","seq-${i}")\n  acl peer nbsrv(raft-${i}) gt 0\n.endif`);
    expect(metrics).toContain("monitor fail unless peer");
  });
});

test("paths of endpoints are read from variables alone, and only where a Secret holds one", () => {
  const [one, two] = ["http://10.0.0.8:26658", "http://10.0.0.9:26658"] as const;
  const pathSecrets = { [two]: { secret: "da", key: "path" } };
  const upstreams = da(one, two).map(each => ({ ...each, pathSecrets }));
  const text = mesh({ upstreams });
  expect(pathEnv(upstreams)).toEqual([{ name: "DA_PATH_1", valueFrom: { secretKeyRef: { name: "da", key: "path" } } }]);
  expect(lines(text, "backend da").filter(line => line.includes("txn.path"))).toEqual([
    "http-request set-var(txn.path) env(DA_PATH_1),ltrim(/),regsub([[:space:]]+$,)",
    "http-request set-var(txn.path) str() if { srv_is_up(da/10.0.0.8:26658) }",
    "http-request set-path /%[var(txn.path)]%[path,regsub(^/$,)]",
  ]);
  expect(mesh({ upstreams: da(one, two) })).not.toContain("txn.path");
});

test.each([
  ["da:7980", '"da:7980" is no http or https URL'],
  ["ftp://da.example.com", "is no http or https URL"],
  ["http://da.example.com/rpc", '"http://da.example.com…" has more than a host and a port'],
  ["http://user@da.example.com", "has more than a host and a port"],
  ["https://10.0.0.9", '"https://10.0.0.9" is https to an address'],
  ["http://da:7980", '"http://da:7980" has no full host name'],
  ["http://[::1]:7980", "has no full host name"],
])("fails for the DA endpoint %s", (endpoint, message) => {
  expect(daEndpointProblem(endpoint)?.message).toMatch(message);
  expect(daEndpointProblem(endpoint)?.remedy).toBeTruthy();
  expect(() => mesh({ upstreams: da(endpoint) })).toThrow(message);
});

describe("the leader proxy", () => {
  const props = { name: "seq", members: 3, writePort: 9090, queueSeconds: 10 };

  test("asks ev-node who leads", () => {
    const text = proxyConfig({ ...props, check: { path: "/raft/node", port: 7331, expect: "is_leader" } });
    expect(lines(text, "backend write")).toMatchInlineSnapshot(`
[
  "option http-server-close",
  "retries 0",
  "http-error status 503 content-type text/plain hdr Retry-After 1 string "the leader was lost"",
  "option httpchk",
  "http-check send meth GET uri /raft/node ver HTTP/1.1 hdr Host seq",
  "http-check expect rstring "is_leader\\":\\s*true"",
  "timeout check 1s",
  "default-server fall 1 rise 1 inter 500ms downinter 200ms on-marked-down shutdown-sessions tcp-ut 500ms",
  "use-server %[var(txn.leader)] if TRUE",
  "server seq-0 "\${MEMBER_0_ADDRESS}:9090" check port 7331",
  "server seq-1 "\${MEMBER_1_ADDRESS}:9090" check port 7331",
  "server seq-2 "\${MEMBER_2_ADDRESS}:9090" check port 7331",
]
`);
    expect(text).toContain("lua.leader 10000");
  });

  test("asks the lease agent who leads", () => {
    const text = proxyConfig({ ...props, members: 2, check: { path: "/leader", port: 9103, expect: "200" } });
    expect(lines(text, "backend write").slice(-5)).toMatchInlineSnapshot(`
[
  "timeout check 1s",
  "default-server fall 1 rise 1 inter 500ms downinter 200ms on-marked-down shutdown-sessions tcp-ut 500ms",
  "use-server %[var(txn.leader)] if TRUE",
  "server seq-0 "\${MEMBER_0_ADDRESS}:9090" check port 9103",
  "server seq-1 "\${MEMBER_1_ADDRESS}:9090" check port 9103",
]
`);
  });
});

test("releases of HAProxy that do not fit the mesh are known by their tags, others are not judged", () => {
  const refused = [
    "haproxy:2.6",
    "haproxy:2.8.10-alpine",
    "docker.io/library/haproxy:3.0.11",
    "haproxy:3.1",
    "haproxy:2-alpine",
    "haproxytech/haproxy-alpine:2.8",
  ];
  expect(refused.filter(haproxyProblem)).toEqual(refused);
  const taken = [
    HAPROXY_IMAGE,
    "haproxy:lts",
    "haproxy:3-alpine",
    "haproxytech/haproxy-debian:3.2.4",
    "haproxy:3.4.7-alpine",
    "a/my-haproxy:2.6",
    `haproxy@sha256:${"a".repeat(64)}`,
  ];
  expect(taken.filter(haproxyProblem)).toEqual([]);
});
