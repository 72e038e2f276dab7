/** The name of a member's pod in DNS, which is its raft address too. */
export function memberHost(name: string, namespace: string, clusterDomain: string, ordinal: number): string {
  return `${name}-${ordinal}.${headlessHost(name, namespace, clusterDomain)}`;
}

export function headlessHost(name: string, namespace: string, clusterDomain: string): string {
  return `${name}-headless.${namespace}.svc.${clusterDomain}`;
}

/** Loopback addresses on which members listen for raft and p2p inside every pod: this, and the ordinal. */
export const MEMBER_ALIAS = "127.0.0.1";

export function memberAlias(ordinal: number | "${ORDINAL}"): string {
  return `${MEMBER_ALIAS}${ordinal}`;
}

export function membersOf(count: number): number[] {
  return Array.from({ length: count }, (_, ordinal) => ordinal);
}
