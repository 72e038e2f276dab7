import {
  FailFastGate,
  type FailFastGateProps,
  NetworkNamespace,
  type NetworkNamespaceProps,
  ObjectsRelease,
  type ObjectsReleaseProps,
} from "../../../constructs";
import { DeploymentV1 } from "../../../constructs/kubernetes/framework/provider";
import { caseOf, LABELS, text } from "./table";

export const KUBERNETES = [
  caseOf<NetworkNamespaceProps>({
    name: "NetworkNamespace",
    table: { name: "passes", hostAccess: "known", defaultDeny: "known", protected: "known" },
    props: [{ name: "net", hostAccess: false, defaultDeny: true, protected: false }],
    make: (stack, props) => new NetworkNamespace(stack, "X", props),
  }),
  caseOf<ObjectsReleaseProps>({
    name: "ObjectsRelease",
    table: { namespace: "passes", name: "passes", objects: [{}] },
    props: [{ namespace: "net", name: "objects", objects: [{}] }],
    make: (stack, props) => new ObjectsRelease(stack, "X", props),
    whole: ["objects"],
  }),
  caseOf<FailFastGateProps>({
    name: "FailFastGate",
    table: {
      namespace: "passes",
      name: "passes",
      labels: text,
      targets: [{ name: "passes", url: "passes", spiffeId: "passes", enrMethod: "passes" }],
      remedy: "passes",
      attempts: "known",
      timeout: "known",
      require: "known",
      goOn: "known",
      marker: { configMap: "passes", key: "passes" },
      answers: { file: "passes", volume: "passes", mountPath: "passes" },
      image: "passes",
    },
    props: [
      {
        namespace: "net",
        name: "gate",
        labels: LABELS,
        targets: [{ name: "DA", url: "tcp://da:1", spiffeId: "spiffe://a/b", enrMethod: "enr" }],
        remedy: "Look.",
        attempts: 5,
        timeout: "30s",
        require: "all",
        goOn: false,
        marker: { configMap: "state", key: "done" },
        answers: { file: "/a/enrs", volume: "a", mountPath: "/a" },
        image: "node:22.1.0",
      },
    ],
    make: (stack, props) => {
      const { container, volumes } = new FailFastGate(stack, "X", props);
      const metadata = { name: "pod", namespace: "net", labels: LABELS };
      const spec = { initContainer: [container], container: [{ name: "main", image: "main:1" }], volume: [...volumes] };
      new DeploymentV1(stack, "Pod", {
        metadata,
        spec: { selector: { matchLabels: LABELS }, template: { metadata: { labels: LABELS }, spec } },
      });
    },
  }),
];
