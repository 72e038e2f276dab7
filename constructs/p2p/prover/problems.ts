import { isToken } from "../../kubernetes/framework/tokens";
import type { Problem } from "../../kubernetes/problem";
import type { P2pRole, P2pSoftware, ProverRole } from "../software/software";
import type { Broker } from "./broker-source";

/** A role that the software does not have. */
export function roleProblems({ name, command, proving }: P2pSoftware, role: ProverRole): Problem[] {
  if (command[role] && proving) return [];
  const message = `software ${name} has no ${role.replace("-", " ")}`;
  return [{ path: ["software", "command"], message, remedy: "give its command, and how a prover is wired" }];
}

/** A broker that is not there, or cannot be reached. */
export function brokerProblems(client: string, namespace: string, source: Broker | undefined): Problem[] {
  if (!source) {
    const message = `${client} does not start without a broker, which is the queue of its proofs`;
    return [{ path: ["broker"], message, remedy: called => `add ${called("a ProverBroker")}, and name it` }];
  }
  const { broker } = source;
  if (isToken(broker.namespace) || isToken(namespace) || broker.namespace === namespace) return [];
  return [
    {
      path: ["broker"],
      message: `${broker.name} is in namespace ${broker.namespace}, and lets in pods of its own namespace only`,
      remedy: `put both into one namespace`,
    },
  ];
}

interface Proving {
  readonly name: string;
  readonly namespace: string;
  readonly role: P2pRole;
  readonly software: P2pSoftware;
  readonly replicas?: number;
  readonly broker?: Broker;
  readonly publisherKey?: object;
}

/** A prover node that would not start, would send everything twice, or is none. */
export function proverProblems(props: Proving): Problem[] {
  const { name, namespace, role, software, broker, publisherKey, replicas = 1 } = props;
  if (role !== "prover") {
    return (["broker", "publisherKey"] as const)
      .filter(prop => props[prop])
      .map(prop => ({
        path: [prop],
        message: `is for role prover, and ${name} has role ${role}`,
        remedy: "remove it",
      }));
  }
  if (!software.proving) return [];
  const problems = brokerProblems(name, namespace, broker);
  if (!publisherKey) {
    problems.push({
      path: ["publisherKey"],
      message: `${name} does not start without a key by which it sends proofs to L1`,
      remedy: "put a funded account's key into a Secret, and name secret and key",
    });
  }
  if (replicas > 1) {
    const message = `${replicas} provers with one publisher key would send every proof ${replicas} times`;
    problems.push({ path: ["replicas"], message, remedy: "use 1, and more agents" });
  }
  return problems;
}
