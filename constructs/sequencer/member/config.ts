import { join } from "node:path";
import { escapeTerraform } from "../../kubernetes/framework/escape";
import type { Construct } from "../../kubernetes/framework/terraform";
import { Scripts } from "../../kubernetes/scripts";
import { daUrl } from "../da-endpoint";
import type { EvNodeEngine } from "../engine";
import { MESH_DA_ADDRESS } from "../mesh/member-mesh";
import type { RaftSettings } from "../raft/timing";
import type { SequencerProps } from "../sequencer";
import { evNodeConfig } from "./ev-node-config";
import type { Frame } from "./frame";

interface MemberConfigProps extends Pick<Frame, "namespace" | "name" | "clusterDomain" | "blockTimeMs" | "metadata"> {
  readonly engine: EvNodeEngine;
  readonly raft?: RaftSettings;
  readonly scripts?: readonly string[];
}

/** ConfigMap `<name>-config`: the start script, ev-node's configuration, and the genesis where it is given as text. */
export function memberConfig(
  scope: Construct,
  props: MemberConfigProps & Pick<SequencerProps, "da" | "signer" | "genesis" | "software">,
): Scripts {
  const { namespace, name, engine, da, genesis } = props;
  // Its own proxy, or where there is none the one endpoint.
  const daAddress = engine.mesh ? MESH_DA_ADDRESS : daUrl(da.endpoints[0] as string, props.clusterDomain);
  return new Scripts(scope, "Config", {
    namespace,
    name: `${name}-config`,
    labels: props.metadata.labels,
    files: [join(__dirname, "scripts/start-sequencer.sh"), ...(props.scripts ?? [])],
    texts: {
      "evnode.yaml": evNodeConfig({ ...props, node: engine.node, daAddress, options: props.software }),
      ...("text" in genesis && { "genesis.json": escapeTerraform(genesis.text) }),
    },
  });
}
