import type { Container, Volume, VolumeMount } from "../../../kubernetes/framework/provider";
import type { Resources } from "../../../kubernetes/resources";
import { Scripts } from "../../../kubernetes/scripts";
import type { MemberPart } from "../../member/part";
import { SEQUENCER_PATHS as PATHS } from "../../member/paths";
import { filesOf, packedGenesis } from "./chain";
import { container, EXECUTION_MOUNT, MOUNTS, podEnv } from "./container";
import type { OpStack } from "./op-stack";

/** How a member's execution client gets the genesis of its chain. */
export interface GenesisDelivery {
  /** Where the client reads it. */
  readonly path: string;
  /** What brings it there before anything else starts; nothing where it is a file of the members' ConfigMap. */
  readonly part?: Pick<MemberPart, "initContainers" | "volumes">;
}

/** What brings it. */
export const BRING_GENESIS = "bring-genesis.sh";

const RESOURCES: Resources = { cpu: "10m", memory: "64Mi", memoryLimit: "128Mi" };
const IN_CONFIG = `${Scripts.MOUNT_PATH}/genesis.json`;
const BROUGHT = "/tmp/genesis.json";

/** Nothing for a chain of the superchain registry: clients know its genesis. */
export function genesisDelivery(software: OpStack): GenesisDelivery | undefined {
  const { images } = software;
  const files = filesOf(software);
  if (!files) return undefined;
  const { genesis } = files;
  if ("text" in genesis) {
    if (!packedGenesis(files)) return { path: IN_CONFIG };
    return { path: BROUGHT, part: { initContainers: [bringer(images.node, { SOURCE: IN_CONFIG })] } };
  }
  if ("configMap" in genesis) {
    const mount = { name: "genesis", mountPath: PATHS.genesis, readOnly: true };
    const volumes: Volume[] = [{ name: "genesis", configMap: { name: genesis.configMap } }];
    const initContainers = [bringer(images.node, { SOURCE: `${PATHS.genesis}/genesis.json` }, mount)];
    return { path: BROUGHT, part: { initContainers, volumes } };
  }
  // It stays on the execution client's volume: a member that starts again needs no URL.
  const SOURCE = `${EXECUTION_MOUNT.mountPath}/genesis.fetched`;
  const fetched = { SOURCE, URL: genesis.url, SHA256: genesis.sha256 };
  return { path: BROUGHT, part: { initContainers: [bringer(images.node, fetched, EXECUTION_MOUNT)] } };
}

/** op-node's image has the tools: its start script needs them as well. */
function bringer(image: string, env: Readonly<Record<string, string>>, ...mounts: VolumeMount[]): Container {
  return {
    ...container("genesis", BRING_GENESIS, image, RESOURCES),
    args: [BROUGHT],
    env: podEnv(env),
    volumeMount: [...MOUNTS, ...mounts],
  };
}
