/** Secrets with paths, by the endpoints that they are of. */
export type PathSecrets = Readonly<Record<string, { readonly secret: string; readonly key: string }>>;

/** A service outside of the members that a node dials through its mesh, which chooses among several endpoints. */
export interface Upstream {
  /** Name of its backend, as alerts know it. */
  readonly name: string;
  /** Where the mesh listens for the node, on 127.0.0.1. */
  readonly port: number;
  /** `http(s)://host[:port]`, the preferred one first. */
  readonly endpoints: readonly string[];
  /** Secrets with the path of single endpoints, for a token that is part of it. @default - none has one */
  readonly pathSecrets?: PathSecrets;
}
