import { INTERNET } from "../../../../constructs/kubernetes/network/internet";
import { toDestinations, toServices, toUrls } from "../../../../constructs/kubernetes/network/rules";

const tcp = (...ports: number[]) => ports.map(port => ({ protocol: "TCP", port: String(port) }));
const block = (cidr: string) => ({ ipBlock: { cidr } });
const namespace = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });

const URLS = [
  "http://geth.l1.svc:8545",
  "https://rpc.example.org",
  "http://rpc.example.org:5052",
  "https://api.example.org",
  "http://10.1.2.3:8545",
  "http://10.1.2.3:5052",
  "http://203.0.113.9",
];

test("URLs open the internet at the ports of names, and addresses at their own", () => {
  expect(toUrls(URLS, "cluster.local")).toEqual([
    { ports: tcp(443, 5052), to: INTERNET },
    { ports: tcp(8545, 5052), to: [block("10.1.2.3/32")] },
    { ports: tcp(80), to: [block("203.0.113.9/32")] },
  ]);
});

test("addresses that are named have the ports of all URLs, of Services too, and no other port", () => {
  expect(toUrls(URLS, "cluster.local", ["10.0.0.0/28", "198.51.100.7/32"], [443, 9545])).toEqual([
    { ports: tcp(8545, 443, 5052, 80, 9545), to: [block("10.0.0.0/28"), block("198.51.100.7/32")] },
  ]);
});

test("nothing is opened for nothing", () => {
  expect(toUrls([], "cluster.local")).toEqual([]);
  expect(toUrls([], "cluster.local", ["10.0.0.0/28"])).toEqual([]);
  expect(toUrls(["http://geth.l1.svc:8545"], "cluster.local")).toEqual([]);
  expect(toServices([], "cluster.local")).toEqual([]);
  expect(toDestinations()).toEqual([]);
});

test("ports of URLs that are not known are on the internet", () => {
  expect(toUrls([], "cluster.local", [], [443])).toEqual([{ ports: tcp(443), to: INTERNET }]);
});

test("Services are reached at the ports of their pods, which are those of the URLs unless others are named", () => {
  const urls = [...URLS, "http://beacon-0.beacon.l1.svc:5052", "http://da.da.svc.cluster.local"];
  expect(toServices(urls, "cluster.local")).toEqual([
    { ports: tcp(8545, 5052), to: [namespace("l1")] },
    { ports: tcp(80), to: [namespace("da")] },
  ]);
  const targetPorts = { "geth.l1.svc:8545": 18545, "da.da.svc.cluster.local:80": 26658 };
  expect(toServices(urls, "cluster.local", targetPorts)).toEqual([
    { ports: tcp(18545, 5052), to: [namespace("l1")] },
    { ports: tcp(26658), to: [namespace("da")] },
  ]);
});

test("destinations with ports have a rule each, and share one without", () => {
  const destinations = [
    { namespace: "telemetry" },
    { cidr: "10.1.2.3/32", ports: [8545, 8546] },
    { cidr: "10.9.0.0/16", ports: [] },
    { namespace: "proxy", podLabels: { app: "squid" }, ports: [3128] },
  ];
  expect(toDestinations(destinations)).toEqual([
    { to: [namespace("telemetry"), block("10.9.0.0/16")] },
    { ports: tcp(8545, 8546), to: [block("10.1.2.3/32")] },
    { ports: tcp(3128), to: [{ ...namespace("proxy"), podSelector: { matchLabels: { app: "squid" } } }] },
  ]);
});
