import type { ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesObject } from "../../../manifests/objects";
import { type Example, renderExample } from "../driver/example";
import { installed } from "./installed";
import { L1_OBJECTS } from "./l1";
import { Lan } from "./lan";
import { Room, type Surroundings } from "./room";

/** The rooms of a test, on one network. */
export class Rooms {
  /** The root folder of the real node. */
  readonly root = installed();
  private readonly dir = mkdtempSync(join(tmpdir(), "aztec-"));
  private readonly lan = new Lan();
  private readonly rendered = new Map<string, readonly KubernetesObject[]>();
  private readonly rooms: Room[] = [];
  private readonly crs = join(this.dir, "crs");

  constructor() {
    cpSync(join(this.root, "crs"), this.crs, { recursive: true });
    // Agents look at the files' sizes before they start. They read a prover's points when they prove: there are none.
    truncateSync(join(this.crs, "bn254_g1.dat"), 64 * (2 ** 25 + 1));
    truncateSync(join(this.crs, "grumpkin_g1.flat.dat"), 64 * (2 ** 18 + 1));
  }

  /** A room of a pod of an example, with the claim `crs`. */
  of(example: Example, workload: string, more: Partial<Surroundings> = {}): Room {
    const { namespace } = example;
    const objects = this.rendered.get(namespace) ?? renderExample(example, join(this.dir, namespace)).objects;
    this.rendered.set(namespace, objects);
    return this.room(objects, workload, more);
  }

  /** A room of any pod. */
  room(objects: readonly KubernetesObject[], workload: string, more: Partial<Surroundings> = {}): Room {
    const room = new Room(objects, workload, { root: this.root, lan: this.lan, claims: { crs: this.crs }, ...more });
    this.rooms.push(room);
    return room;
  }

  /** Starts the L1, and waits until it has a block of now. */
  startL1(): Promise<ChildProcess> {
    return this.room(L1_OBJECTS, "l1").ready("l1");
  }

  /** Ends what runs, and removes the rooms. */
  async leave(): Promise<void> {
    await Promise.all(this.rooms.splice(0).map(room => room.remove()));
  }

  async remove(): Promise<void> {
    await this.leave();
    this.lan.remove();
    rmSync(this.dir, { recursive: true });
  }
}
