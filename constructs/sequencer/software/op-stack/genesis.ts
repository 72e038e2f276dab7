import type { Resources } from "../../../kubernetes/resources";
import { Scripts } from "../../../kubernetes/scripts";
import type { MemberPart } from "../../member/part";
import { packedGenesis } from "./chain";
import { container, MOUNTS } from "./container";
import type { OpStack } from "./op-stack";

/** How a member's execution client gets the genesis of its chain. */
export interface GenesisDelivery {
  /** Where the client reads it. */
  readonly path: string;
  /** What brings it there before anything else starts; nothing where it is a file of the members' ConfigMap. */
  readonly part?: Pick<MemberPart, "initContainer">;
}

/** What brings it. */
export const BRING_GENESIS = "bring-genesis.sh";

const RESOURCES: Resources = { cpu: "10m", memory: "64Mi", memoryLimit: "128Mi" };
const IN_CONFIG = `${Scripts.MOUNT_PATH}/genesis.json`;
const BROUGHT = "/tmp/genesis.json";

export function genesisDelivery(software: OpStack): GenesisDelivery {
  if (!packedGenesis(software)) return { path: IN_CONFIG };
  const initContainer = {
    ...container("genesis", BRING_GENESIS, software.images.node, RESOURCES),
    args: [BROUGHT],
    env: [
      { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      { name: "SOURCE", value: IN_CONFIG },
    ],
    volumeMount: [...MOUNTS],
  };
  return { path: BROUGHT, part: { initContainer } };
}
