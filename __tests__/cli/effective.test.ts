import { parse } from "yaml";
import { effectiveText, effectiveValues } from "../../cli/effective";
import { loadEnvironments } from "../../values/load/load";
import { withFolder } from "../values/folder";

const FILE = [
  "profile: dev",
  "kubernetes:",
  "  nodeSelector: { pool: a, arch: arm64 }",
  "  tolerations: [{ operator: Exists }]",
  "p2p:",
  "  namespace: net",
  '  chain: { l1ChainId: 31337, registryAddress: "0x00000000000000000000000000000000deadbeef" }',
  "  image: aztecprotocol/aztec:4.1.2",
  "  kubernetes: { priorityClassName: high }",
  "  bootstrap:",
  "    - name: boot",
  "      kubernetes: { nodeSelector: { pool: edge } }",
].join("\n");

const effective = (...set: string[]) =>
  withFolder({ "devnet.yaml": FILE }, dir => {
    const [environment] = loadEnvironments({ dir, set });
    if (!environment) throw new Error("there is no environment");
    return { text: effectiveText(environment), values: effectiveValues(environment) };
  });

test("every level shows what holds there, and where each word was written", () => {
  const { text } = effective("p2p.kubernetes.schedulerName=volcano");
  const block = text.slice(text.indexOf("    - name: boot"), text.indexOf("      announce"));
  expect(block.replace(/\S*devnet.yaml/g, "devnet.yaml").split("\n")).toEqual([
    "    - name: boot",
    "      replicas: 1",
    "      port: 40400",
    "      env: {}",
    "      kubernetes:",
    "        tolerations:",
    "          # devnet.yaml:4",
    "          - operator: Exists",
    "        nodeSelector:",
    "          pool: edge # devnet.yaml:12",
    "          arch: arm64 # devnet.yaml:3",
    "        priorityClassName: high # devnet.yaml:9",
    "        schedulerName: volcano # --set",
    "",
  ]);
});

test("values as they hold are the same values when they are loaded again", () => {
  const { text, values } = effective();
  expect(parse(text)).toEqual(values);
  const again = withFolder({ "devnet.yaml": text }, dir => {
    const [environment] = loadEnvironments({ dir });
    return environment && effectiveValues(environment);
  });
  expect(again).toEqual(values);
});
