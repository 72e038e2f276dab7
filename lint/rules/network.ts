import { portNamed } from "../../manifests/read/pod";
import type { Policy } from "../../manifests/read/policy";
import type { Workload } from "../../manifests/read/workload";
import type { Rule } from "../rule";
import type { View } from "../view";
import { isP2p } from "./roles";

const isEmpty = (selector: object = {}) => Object.keys(selector).length === 0;

const deniesAll = ({ spec }: Policy) =>
  isEmpty(spec.podSelector) &&
  ["Ingress", "Egress"].every(type => spec.policyTypes?.includes(type)) &&
  !spec.ingress?.length &&
  !spec.egress?.length;

const policiesOf = (view: View, { namespace, object }: Workload) =>
  view.policies.filter(
    policy =>
      policy.namespace === namespace &&
      !isEmpty(policy.spec.podSelector) &&
      view.selected(namespace, policy.spec.podSelector).some(each => each.object === object),
  );

/** NetworkPolicies. */
export const network: readonly Rule[] = [
  {
    id: "default-deny",
    severity: "error",
    holds: "every namespace with pods denies what no policy allows",
    why: "a pod that is added tomorrow would be open to all",
    remedy: "set networkPolicies.enabled: true in the values of the section",
    alike: ["KL non-isolated-pod", "PO missingNetworkPolicy", "CK2 6", "NSA C-0030", "CIS 5.3.2"],
    *check(view) {
      for (const object of view.kind("Namespace")) {
        const { name } = object.metadata;
        const inhabited = view.workloads.some(({ namespace }) => namespace === name);
        if (inhabited && !view.policies.some(policy => policy.namespace === name && deniesAll(policy))) {
          yield { object, path: "metadata.name", found: "has no NetworkPolicy that denies everything else" };
        }
      }
    },
  },
  {
    id: "pod-policy",
    severity: "error",
    holds: "every pod has a NetworkPolicy of its own, for ingress and egress",
    why: "under the default deny alone it reaches nothing, and without either it is open",
    remedy: "give it a NetworkPolicy with both policy types",
    alike: ["KS pod-networkpolicy", "KL non-isolated-pod"],
    *check(view) {
      for (const workload of view.workloads) {
        const types = policiesOf(view, workload).flatMap(({ spec }) => spec.policyTypes ?? []);
        const missing = ["Ingress", "Egress"].filter(type => !types.includes(type));
        if (missing.length > 0) {
          const found = `no NetworkPolicy of its own governs its ${missing.join(" and ").toLowerCase()}`;
          yield { object: workload.object, path: "spec.template.metadata.labels", found };
        }
      }
    },
  },
  {
    id: "policy-target",
    severity: "warning",
    holds: "every NetworkPolicy selects a pod",
    why: "one that selects nothing protects nothing, however it reads",
    remedy: "give it the labels of the pods that it is for",
    alike: ["KS networkpolicy-targets-pod", "KL dangling-networkpolicy"],
    *check(view) {
      for (const { object, namespace, spec } of view.policies) {
        if (isEmpty(spec.podSelector) || view.chartsOf(namespace).length > 0) continue;
        if (view.selected(namespace, spec.podSelector).length === 0) {
          yield { object, path: "spec.podSelector", found: "selects no pod" };
        }
      }
    },
  },
  {
    id: "open-ingress",
    severity: "error",
    holds: "only p2p ports are open to everybody",
    why: "RPC, admin and metrics ports tell too much and do too much for strangers",
    remedy: "name who may call in networkPolicies of the values (rpcClients, readers, writers, monitoring)",
    alike: [],
    *check(view) {
      for (const { object, namespace, spec } of view.policies) {
        const selected = view.selected(namespace, spec.podSelector);
        const containers = selected.flatMap(({ pod }) => pod.containers);
        for (const [i, { from = [], ports = [] }] of (spec.ingress ?? []).entries()) {
          if (from.length > 0) continue;
          const other = ports.filter(
            ({ port, protocol }) => !containers.some(each => isP2p(portNamed(each, port, protocol) ?? {})),
          );
          if (ports.length === 0 || other.length > 0) {
            const which = ports.length === 0 ? "every port" : `port ${other.map(({ port }) => port).join(", ")}`;
            yield { object, path: `spec.ingress[${i}]`, found: `opens ${which} to everybody` };
          }
        }
      }
    },
  },
  {
    id: "open-egress",
    severity: "error",
    holds: "no pod may send everywhere, whatever the port",
    why: "a node that is broken into would reach the rest of the cluster and its metadata services, and carry keys out",
    remedy: "name pods or addresses, and leave metadata services out (169.254.0.0/16)",
    alike: [],
    *check(view) {
      for (const { object, spec } of view.policies) {
        for (const [i, { to = [], ports = [] }] of (spec.egress ?? []).entries()) {
          const open =
            to.length === 0 || to.some(({ ipBlock }) => /\/0$/.test(ipBlock?.cidr ?? "") && !ipBlock?.except);
          if (!open) continue;
          const what = ports.length === 0 ? "everything" : `port ${ports.map(({ port }) => port).join(", ")}`;
          yield { object, path: `spec.egress[${i}]`, found: `allows ${what} to everywhere` };
        }
      }
    },
  },
];
