import { targetProblems } from "../network/called";
import type { Problem } from "../problem";
import { grammarProblems } from "./grammar";
import { DATA_KEY, DNS_DOMAIN, OBJECT_NAME } from "./names";

/** What props of a workload name of the cluster around it. */
export interface References {
  readonly secretEnv?: Readonly<Record<string, SecretKey>>;
  readonly publisherKey?: SecretKey;
  readonly storage?: { readonly className?: string };
  readonly executionStorage?: { readonly className?: string };
  readonly clusterDomain?: string;
}

interface SecretKey {
  readonly secret: string;
  readonly key: string;
  readonly targets?: readonly string[];
}

/** Names and keys that Kubernetes would refuse, by their places in the props. */
export function referenceProblems(props: References): Problem[] {
  const { secretEnv = {}, publisherKey } = props;
  return [
    ...Object.entries(secretEnv).flatMap(([name, ref]) => secretKeyProblems(["secretEnv", name], ref)),
    ...(publisherKey ? secretKeyProblems(["publisherKey"], publisherKey) : []),
    ...grammarProblems(["storage", "className"], props.storage?.className, OBJECT_NAME),
    ...grammarProblems(["executionStorage", "className"], props.executionStorage?.className, OBJECT_NAME),
    ...grammarProblems(["clusterDomain"], props.clusterDomain, DNS_DOMAIN),
  ];
}

/** A Secret and a key in it. */
export function secretKeyProblems(path: Problem["path"], { secret, key, targets = [] }: SecretKey): Problem[] {
  return [
    ...grammarProblems([...path, "secret"], secret, OBJECT_NAME),
    ...grammarProblems([...path, "key"], key, DATA_KEY),
    ...targetProblems(path, targets),
  ];
}
