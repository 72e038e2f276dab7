import { type Command, InvalidArgumentError } from "commander";
import { isPrivateAddress } from "../../constructs/kubernetes/address";
import { createBootstrapIdentity } from "../../constructs/p2p/enr";
import { integer, label, refusing } from "./options";
import { handOver } from "./secret-file";

interface BootstrapOptions {
  readonly l1ChainId: number;
  readonly port: number;
  readonly address: readonly string[];
  readonly name: string;
  readonly namespace?: string;
  readonly secret?: string;
  readonly out?: string;
}

/** `keys bootstrap`: identities made before anything is deployed, so that the ENRs are known at synth. */
export function registerBootstrapKeys(keys: Command): void {
  keys
    .command("bootstrap")
    .description("create the keys and ENRs of a bootstrap node, one per address: a Secret, and the values for it")
    .requiredOption("--l1-chain-id <id>", "ID of the chain that the rollup settles on, 1 for mainnet", integer)
    .requiredOption("--port <port>", "UDP port that the node announces and listens on", integer)
    .requiredOption("--address <ip>", "IPv4 address that a replica announces; repeat it for each replica", collect)
    .option("--name <name>", "name of the bootstrap node; its pods are <name>-0, <name>-1, …", label, "boot")
    .option("--namespace <namespace>", "namespace written into the Secret", label)
    .option("--secret <name>", "name of the Secret (default: <name>-keys)", label)
    .option("--out <file>", 'file for the Secret, "-" for stdout (default: <secret>.secret.yaml)')
    .action(refusing(makeBootstrapKeys));
}

function makeBootstrapKeys({
  l1ChainId,
  port,
  address,
  name,
  namespace,
  secret = `${name}-keys`,
  out,
}: BootstrapOptions): void {
  const identities = address.map(ip => createBootstrapIdentity({ l1ChainId, ip, port }));
  const node = {
    name,
    replicas: address.length,
    port,
    announce: address.every(isPrivateAddress) ? { clusterIp: { addresses: address } } : { address: { ips: address } },
    identity: { secret, enrs: identities.map(({ enr }) => enr) },
  };
  const data = Object.fromEntries(identities.map(({ privateKey }, ordinal) => [`${name}-${ordinal}`, privateKey]));
  handOver(
    { name: secret, namespace, type: "Opaque", data },
    { p2p: { bootstrap: [node] } },
    out ?? `${secret}.secret.yaml`,
  );
}

function collect(ip: string, previous: readonly string[] = []): string[] {
  if (previous.includes(ip))
    throw new InvalidArgumentError(`${ip} is given twice: every replica needs an address of its own.`);
  return [...previous, ip];
}
