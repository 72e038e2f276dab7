import { driver } from "../driver/driver";
import type { LimitedFolder } from "../driver/interface";
import { kubectl } from "../driver/kubectl";
import type { SequencerNetwork } from "./network";

const MEGABYTES = 256;
const STORAGE_CLASS = "limited";

/** Volumes that can be filled, bound to the claims of a sequencer's members before these are there. */
export class LimitedVolumes {
  private constructor(
    private readonly namespace: string,
    private readonly folders: readonly LimitedFolder[],
  ) {}

  static async create(namespace: string, members: number): Promise<LimitedVolumes> {
    const names = Array.from({ length: members }, (_, ordinal) => `${namespace}-${ordinal}`);
    await kubectl(["delete", "persistentvolume", "--ignore-not-found", ...names]);
    return new LimitedVolumes(namespace, await Promise.all(names.map(name => driver.folder(name, MEGABYTES))));
  }

  get objects(): object[] {
    return this.folders.flatMap(({ path }, ordinal) => {
      const name = `${this.namespace}-${ordinal}`;
      const size = { storage: "1Gi" };
      const spec = { storageClassName: STORAGE_CLASS, accessModes: ["ReadWriteOnce"] };
      const claim = { name: `data-seq-${ordinal}`, namespace: this.namespace };
      // A "local" volume, whose kubelet counts what it holds: the folder is on every node.
      const anywhere = { key: "kubernetes.io/os", operator: "Exists" };
      const nodeAffinity = { required: { nodeSelectorTerms: [{ matchExpressions: [anywhere] }] } };
      const volume = { ...spec, capacity: size, claimRef: claim, local: { path }, nodeAffinity };
      return [
        { apiVersion: "v1", kind: "PersistentVolume", metadata: { name }, spec: volume },
        {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          metadata: claim,
          spec: { ...spec, resources: { requests: size }, volumeName: name },
        },
      ];
    });
  }

  /** Leaves no byte to a member; what it returns makes space again. */
  async fill(network: SequencerNetwork, member: string): Promise<() => Promise<void>> {
    const folder = this.folders[network.names.indexOf(member)];
    if (!folder) throw new Error(`${member} is no member of ${this.namespace}`);
    await network.shell(member, "dd if=/dev/zero of=/data/filler bs=64k 2>/dev/null || [ -s /data/filler ]");
    return () => folder.removeFile("filler");
  }

  async delete(): Promise<void> {
    const names = this.folders.map((_, ordinal) => `${this.namespace}-${ordinal}`);
    await kubectl(["delete", "persistentvolume", "--ignore-not-found", ...names]);
    await Promise.all(this.folders.map(folder => folder.delete()));
  }
}
