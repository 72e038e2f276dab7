/** What the tests need of a cluster beside the Kubernetes API. Programs and nodes are on this machine. */
export interface Driver {
  /** Names of three nodes that run pods. */
  readonly nodes: readonly [string, string, string];
  /** The command that runs a program where it reaches the API server, with kubectl's configuration. */
  local(command: readonly string[]): string[];
  /** The command that runs a program on the network of a node, where pods and Services are reachable. */
  onNetwork(node: string, command: readonly string[]): string[];
  /** Puts an image made of a root folder on every node. */
  image(name: string, rootFolder: string): Promise<void>;
  /** Makes a folder of limited size on every node, for a volume. */
  folder(name: string, megabytes: number): Promise<LimitedFolder>;
  /** Takes a node off the network, or puts it back. */
  network(node: string, state: "down" | "up"): Promise<void>;
  /** Has the API server answer nothing (SIGSTOP), or go on. */
  apiServer(state: "paused" | "running"): Promise<void>;
  /** Has NetworkPolicies obeyed from now on. */
  enforcePolicies(): Promise<void>;
}

export interface LimitedFolder {
  /** The same on every node. */
  readonly path: string;
  removeFile(name: string): Promise<void>;
  delete(): Promise<void>;
}
