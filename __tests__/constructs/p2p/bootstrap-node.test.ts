import { Announce, BootstrapNode, type BootstrapNodeProps, Identity } from "../../../constructs";
import { terraformOf } from "../../../testing";
import { base, enrOf, envOf, newStack, synth } from "../fixtures";

const boot = (props: Partial<BootstrapNodeProps> = {}) =>
  synth(stack => new BootstrapNode(stack, "Boot", { ...base, ...props }));

describe("an internal bootstrap node", () => {
  const { get, names, find } = boot();
  const set = get("StatefulSet", "boot");
  const pod = set.spec.template.spec;
  const [node, agent] = pod.containers;

  test("is a StatefulSet with 2Gi at the parent of DATA_DIRECTORY, so that the key survives", () => {
    const [claim] = set.spec.volumeClaimTemplates;
    expect(claim.spec.resources.requests.storage).toBe("2Gi");
    expect(claim.spec.accessModes).toEqual(["ReadWriteOnce"]);
    const mount = node.volumeMounts.find(({ name }: { name: string }) => name === claim.metadata.name);
    expect(envOf(set).DATA_DIRECTORY).toBe(`${mount.mountPath}/data`);
    expect(set.spec.persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: "Retain", whenScaled: "Retain" });
  });

  test("has a ClusterIP Service <name>-p2p with TCP and UDP, which publishes not-ready pods", () => {
    const { spec } = get("Service", "boot-p2p");
    expect(spec.type).toBe("ClusterIP");
    expect(spec.clusterIP).toBeUndefined();
    expect(spec.publishNotReadyAddresses).toBe(true);
    expect(spec.ports.map(({ protocol, port }: { protocol: string; port: number }) => [protocol, port])).toEqual([
      ["TCP", 40400],
      ["UDP", 40400],
    ]);
    expect(spec.selector["statefulset.kubernetes.io/pod-name"]).toBe("boot-0");
  });

  test("announces the address of that Service, found at start", () => {
    expect(envOf(set)).toMatchObject({
      ANNOUNCE_MODE: "service",
      ANNOUNCE_HOST: "boot-p2p.net.svc.cluster.local",
      P2P_PORT: "40400",
      P2P_BROADCAST_PORT: "40400",
    });
    expect(envOf(set)).not.toHaveProperty("P2P_QUERY_FOR_IP");
    expect(node.command).toEqual(["/scripts/start-node.sh"]);
    expect(node.args).toEqual(["node", "/usr/src/yarn-project/aztec/dest/bin/index.js", "start", "--p2p-bootstrap"]);
  });

  test("pins its record through a preload that knows where to look", () => {
    expect(envOf(set).NODE_OPTIONS).toBe("--no-warnings --max-old-space-size=768 --import=file:///scripts/pin-enr.mjs");
    expect(envOf(set).PIN_ENR_MODULE).toBe(base.software.enrVotingModule);
    expect(get("ConfigMap", "boot-scripts").data["pin-enr.mjs"]).toContain("enrUpdate = false");
  });

  test("publishes its record to a ConfigMap that its agent alone may patch, by name", () => {
    expect(get("ConfigMap", "boot-enr")).not.toHaveProperty("data");
    expect(get("Role", "boot-enr").rules).toEqual([
      { apiGroups: [""], resources: ["configmaps"], resourceNames: ["boot-enr"], verbs: ["get", "patch"] },
      { apiGroups: [""], resources: ["events"], verbs: ["create"] },
    ]);
    expect(envOf(set, "agent")).toMatchObject({
      AGENT_CONFIG_MAP: "boot-enr",
      AGENT_ANNOUNCED_HOST: "boot-p2p.net.svc.cluster.local",
      AGENT_ANNOUNCED_PORT: "40400",
    });
    expect(agent.image).toBe(node.image);
  });

  test("gives the token to the agent and not to the node", () => {
    expect(pod.automountServiceAccountToken).toBe(false);
    const mounts = (container: typeof node) => container.volumeMounts.map(({ name }: { name: string }) => name);
    expect(mounts(agent)).toContain("agent-token");
    expect(mounts(node)).not.toContain("agent-token");
  });

  test("rolls when the text of a script changes", () => {
    const { annotations } = set.spec.template.metadata;
    expect(annotations["cdktf-rollup-network/scripts-checksum"]).toMatch(/^[0-9a-f]{16}$/);
    jest.isolateModules(() => {
      const fs = jest.requireActual("node:fs");
      const readFileSync = (path: string, encoding: string) =>
        fs.readFileSync(path, encoding).replace("set -eu", "set -eux");
      jest.doMock("node:fs", () => ({ ...fs, readFileSync }));
      const fixtures: typeof import("../fixtures") = require("../fixtures");
      const library: typeof import("../../../constructs") = require("../../../constructs");
      const changed = fixtures
        .synth(stack => new library.BootstrapNode(stack, "Boot", fixtures.base))
        .get("StatefulSet", "boot");
      expect(Object.keys(changed.spec.template.metadata.annotations)).toEqual(Object.keys(annotations));
      expect(changed.spec.template.metadata.annotations).not.toEqual(annotations);
    });
    jest.dontMock("node:fs");
  });

  test("never blocks a drain, alone as it is", () => {
    expect(get("PodDisruptionBudget", "boot").spec).toMatchObject({ maxUnavailable: 1 });
    expect(get("PodDisruptionBudget", "boot").spec).not.toHaveProperty("minAvailable");
  });

  test("has a governing headless Service and one for RPC", () => {
    expect(names("Service")).toEqual(["boot", "boot-headless", "boot-p2p"]);
    expect(set.spec.serviceName).toBe("boot-headless");
    expect(get("Service", "boot-headless").spec.clusterIP).toBe("None");
    expect(find("Deployment", "boot")).toBeUndefined();
  });

  test("as a whole", () => {
    expect(set.spec.template.spec).toMatchSnapshot();
  });
});

test("a public bootstrap node asks for its address and keeps StatefulSet and volume", () => {
  const { get, names } = boot({ announce: Announce.publicIp() });
  const set = get("StatefulSet", "boot");
  expect(envOf(set)).toMatchObject({ P2P_QUERY_FOR_IP: "true", ANNOUNCE_MODE: "query" });
  expect(envOf(set)).not.toHaveProperty("PIN_ENR_MODULE");
  expect(names("Service")).toEqual(["boot", "boot-headless"]);
  expect(set.spec.volumeClaimTemplates).toHaveLength(1);
  const ports = set.spec.template.spec.containers[0].ports.filter(({ hostPort }: { hostPort?: number }) => hostPort);
  expect(ports.map(({ protocol, hostPort }: { protocol: string; hostPort: number }) => [protocol, hostPort])).toEqual([
    ["TCP", 40400],
    ["UDP", 40400],
  ]);
});

test("host network comes with cluster DNS", () => {
  const pod = boot({ announce: Announce.publicIp({ expose: "hostNetwork" }) }).get("StatefulSet", "boot").spec.template
    .spec;
  expect(pod).toMatchObject({ hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" });
  expect(pod.securityContext).not.toHaveProperty("sysctls"); // the host's range is not the pod's to change
});

test("the node's own connections leave its port free", () => {
  const { securityContext } = boot({ announce: Announce.clusterIp({ port: 50000 }) }).get("StatefulSet", "boot").spec
    .template.spec;
  expect(securityContext).toMatchObject({
    runAsNonRoot: true,
    sysctls: [{ name: "net.ipv4.ip_local_reserved_ports", value: "50000" }],
  });
});

test("reserved node ports are those of both protocols, one per replica", () => {
  const announce = Announce.address(["203.0.113.7", "203.0.113.8"], { nodePorts: [30400, 30401] });
  const { get } = synth(stack => new BootstrapNode(stack, "Boot", { ...base, replicas: 2, announce }));
  const ports = (name: string) => get("Service", name).spec.ports.map(({ nodePort }: { nodePort: number }) => nodePort);
  expect([ports("boot-p2p"), ports("boot-1-p2p")]).toEqual([
    [30400, 30400],
    [30401, 30401],
  ]);
});

test("a reserved public address gets a LoadBalancer that keeps source addresses", () => {
  const { get } = boot({ announce: Announce.address("203.0.113.7", { port: 40444 }) });
  const { spec } = get("Service", "boot-p2p");
  expect(spec).toMatchObject({ type: "LoadBalancer", loadBalancerIP: "203.0.113.7", externalTrafficPolicy: "Local" });
  expect(spec.ports.map(({ port }: { port: number }) => port)).toEqual([40444, 40444]);
  expect(envOf(get("StatefulSet", "boot"))).toMatchObject({
    ANNOUNCE_MODE: "fixed",
    ANNOUNCE_ADDRESSES: "203.0.113.7",
    PIN_ENR_MODULE: base.software.enrVotingModule,
  });
});

describe("several replicas", () => {
  test("growing from one to three adds Services and changes none", () => {
    const [one, three] = [boot(), boot({ replicas: 3 })];
    expect(three.names("Service").filter(name => name.endsWith("-p2p"))).toEqual([
      "boot-1-p2p",
      "boot-2-p2p",
      "boot-p2p",
    ]);
    expect(three.get("Service", "boot-p2p")).toEqual(one.get("Service", "boot-p2p"));
    expect(envOf(three.get("StatefulSet", "boot"))).toEqual(envOf(one.get("StatefulSet", "boot")));
    for (const i of [1, 2]) {
      expect(three.get("Service", `boot-${i}-p2p`).spec.selector["statefulset.kubernetes.io/pod-name"]).toBe(
        `boot-${i}`,
      );
    }
  });

  test("must run on different hosts, unless told otherwise", () => {
    const hosts = (spread?: "soft") =>
      boot({ replicas: 3, spread }).get("StatefulSet", "boot").spec.template.spec.topologySpreadConstraints;
    expect(hosts()[0]).toMatchObject({ topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "DoNotSchedule" });
    expect(hosts("soft")[0]).toMatchObject({ whenUnsatisfiable: "ScheduleAnyway" });
  });
});

describe("keys that were made beforehand", () => {
  const addresses = ["10.96.7.7", "10.96.7.8"];
  const enrs = addresses.map(address => enrOf(address));
  const { get } = boot({
    replicas: 2,
    announce: Announce.clusterIp({ addresses }),
    identity: Identity.fromSecret({ secret: "boot-keys", enrs }),
  });

  test("reserve the addresses that their ENRs name", () => {
    expect(get("Service", "boot-p2p").spec.clusterIP).toBe("10.96.7.7");
    expect(get("Service", "boot-1-p2p").spec.clusterIP).toBe("10.96.7.8");
  });

  test("are mounted one by one: a pod sees its own", () => {
    const pod = get("StatefulSet", "boot").spec.template.spec;
    const mount = pod.containers[0].volumeMounts.find(({ name }: { name: string }) => name === "identity");
    expect(mount).toEqual({
      name: "identity",
      mountPath: "/identity/p2p-private-key",
      subPathExpr: "$(POD_NAME)",
      readOnly: true,
    });
    expect(pod.volumes.find(({ name }: { name: string }) => name === "identity").secret).toEqual({
      secretName: "boot-keys",
      defaultMode: 0o440,
    });
    expect(envOf(get("StatefulSet", "boot")).PEER_ID_PRIVATE_KEY_PATH).toBe(mount.mountPath);
  });

  test("have their ENRs in the ConfigMap from the start, read-only for the agent", () => {
    expect(get("ConfigMap", "boot-enr").data).toEqual({ "boot-0": enrs[0], "boot-1": enrs[1] });
    expect(get("Role", "boot-enr").rules[0].verbs).toEqual(["get"]);
  });

  test("make the replicas know each other", () => {
    expect(envOf(get("StatefulSet", "boot")).BOOTSTRAP_NODES).toBe(enrs.join(","));
  });
});

interface Guarded {
  readonly metadata: { readonly name: string };
  readonly lifecycle?: object;
}

test("Terraform waits for the pods, but not where a failed create is final, nor for keys that come later", () => {
  const waits = (props: Partial<BootstrapNodeProps>) => {
    const stack = newStack();
    new BootstrapNode(stack, "Boot", { ...base, ...props });
    const { resource } = terraformOf(stack) as {
      resource: Record<string, Record<string, { wait_for_rollout: boolean; timeouts: object }>>;
    };
    return Object.values(resource.kubernetes_stateful_set_v1 ?? {})[0];
  };
  expect(waits({ replicas: 3 })).toMatchObject({ wait_for_rollout: true, timeouts: { create: "65m" } });
  expect(waits({ protected: true, networkAccess: { apiServer: ["10.0.0.5/32"] } })?.wait_for_rollout).toBe(false);
  const announce = Announce.clusterIp({ addresses: ["10.96.7.7"] });
  const identity = Identity.fromSecret({ secret: "keys", enrs: [enrOf("10.96.7.7")] });
  expect(waits({ announce, identity })?.wait_for_rollout).toBe(false);
});

test("a protected node's identity cannot be destroyed by Terraform", () => {
  const stack = newStack();
  new BootstrapNode(stack, "Boot", { ...base, protected: true, networkAccess: { apiServer: ["10.0.0.5/32"] } });
  const { resource } = terraformOf(stack) as { resource: Record<string, Record<string, Guarded>> };
  const guarded = Object.values(resource)
    .flatMap(Object.values)
    .filter(({ lifecycle }) => lifecycle && "prevent_destroy" in lifecycle)
    .map(({ metadata }) => metadata.name);
  expect(guarded.sort()).toEqual(["boot", "boot-enr", "boot-p2p"]);
});
