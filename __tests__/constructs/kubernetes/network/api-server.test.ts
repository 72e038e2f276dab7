import {
  apiServerProblems,
  apiServerWarnings,
  toApiServer,
} from "../../../../constructs/kubernetes/network/api-server";
import { ALL_BUT_METADATA } from "../../../../constructs/kubernetes/network/internet";

const tcp = (...ports: number[]) => ports.map(port => ({ protocol: "TCP", port: String(port) }));

test("addresses keep the ports, and without addresses metadata services are left out", () => {
  const to = [{ ipBlock: { cidr: "10.0.0.5/32" } }];
  expect(toApiServer({ apiServer: ["10.0.0.5/32"] })).toEqual({ ports: tcp(443, 6443), to });
  expect(toApiServer({ apiServer: ["10.0.0.5/32"], apiServerPorts: [8443] })).toEqual({ ports: tcp(8443), to });
  const v6 = [{ ipBlock: { cidr: "fd00::5/128" } }];
  expect(toApiServer({ apiServer: ["fd00::5/128"] })).toEqual({ ports: tcp(443, 6443), to: v6 });
  expect(toApiServer({})).toEqual({ ports: tcp(443, 6443), to: ALL_BUT_METADATA });
  expect(toApiServer({ apiServer: [] })).toEqual(toApiServer({}));
});

test("fails for something protected without addresses, unless there is no policy", () => {
  const missing = {
    path: ["networkAccess", "apiServer"],
    message: "not set: what is protected may not reach every host at the API server's ports",
    remedy: "name the addresses of its endpoints: kubectl -n default get endpointslices kubernetes",
  };
  expect(apiServerProblems({ apiServer: [] }, true)).toEqual([missing]);
  expect(apiServerProblems(undefined, true)).toEqual([missing]);
  expect(apiServerProblems(false, true)).toEqual([]);
  expect(apiServerProblems({ apiServer: ["10.0.0.5/32"] }, true)).toEqual([]);
  expect(apiServerProblems({}, false)).toEqual([]);
});

/** Of kubeadm, k3s, EKS, AKS, GKE, OpenShift, MicroK8s, Kubespray, DigitalOcean, Linode and kOps. */
const SERVICES = [
  ...["10.96.0.1/32", "10.43.0.1/32", "10.100.0.1/32", "172.20.0.1/32", "10.0.0.1/32", "34.118.224.1/32"],
  ...["172.30.0.1/32", "10.152.183.1/32", "10.233.0.1/32", "10.245.0.1/32", "10.128.0.1/32", "100.64.0.1/32"],
];

test.each(SERVICES)("%s looks like the Service kubernetes", cidr => {
  expect(apiServerWarnings({ apiServer: ["10.7.7.7/32", cidr] })).toEqual([
    `apiServer ${cidr} looks like the Service kubernetes. Policies see its endpoints: name theirs ` +
      "(kubectl -n default get endpointslices kubernetes)",
  ]);
});

test.each(["10.96.0.2/32", "10.96.0.0/24", "172.18.0.1/32", "192.168.0.1/32"])("%s may be an endpoint", cidr => {
  expect(apiServerWarnings({ apiServer: [cidr] })).toEqual([]);
});

test("no address is warned of, with the ports that are open", () => {
  expect(apiServerWarnings({})).toEqual([
    "apiServer not set: the NetworkPolicy opens ports 443 and 6443 to every host and pod",
  ]);
  expect(apiServerWarnings({ apiServerPorts: [8443] })[0]).toContain("ports 8443 to every");
});

test("fails for the Service's address where a reserved ClusterIP shows the service range", () => {
  const problems = (...clusterIps: string[]) =>
    apiServerProblems({ apiServer: ["10.0.0.5/32", "10.96.0.1/32"] }, false, clusterIps);
  expect(problems("10.96.7.7")).toEqual([
    {
      path: ["networkAccess", "apiServer", 1],
      message: "10.96.0.1/32 is the Service kubernetes, as ClusterIP 10.96.7.7 shows; policies see its endpoints alone",
      remedy: "name their addresses instead: kubectl -n default get endpointslices kubernetes",
    },
  ]);
  expect(problems("10.112.0.7")).toEqual([]);
  expect(problems()).toEqual([]);
});
