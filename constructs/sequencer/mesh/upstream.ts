/** A service outside of the members that a node dials through its mesh, which chooses among several endpoints. */
export interface Upstream {
  /** Name of its backend, as alerts know it. */
  readonly name: string;
  /** Where the mesh listens for the node, on 127.0.0.1. */
  readonly port: number;
  /** `http(s)://host[:port]`, the preferred one first. */
  readonly endpoints: readonly string[];
}

/** What a software adds to the mesh of its members. */
export interface MeshExtension {
  /** Sections of HAProxy's configuration. */
  readonly sections: readonly string[];
  /** Paths of scripts that `global` loads. */
  readonly lua: readonly string[];
  readonly ports: readonly { readonly name: string; readonly port: number }[];
}
