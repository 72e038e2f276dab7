/** Name of the p2p Service of a replica: ordinal 0 keeps the plain name, so that growing changes no address. */
export function p2pServiceName(name: string, ordinal: number): string {
  return ordinal === 0 ? `${name}-p2p` : `${name}-${ordinal}-p2p`;
}
