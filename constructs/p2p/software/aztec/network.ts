import type { Problem } from "../../../kubernetes/problem";
import type { P2pSoftware } from "../software";
import { lineOf, type Released } from "./releases";

/** A public network, and where its configuration is. */
interface Named extends Released {
  readonly network?: string;
  readonly networkConfigUrl?: string;
}

/** Where the software asks for the configuration of a named network, in this order; the same in all lines. */
const CONFIG_URLS = [
  "https://raw.githubusercontent.com/AztecProtocol/networks/refs/heads/main/network_config.json",
  "https://metadata.aztec.network/network_config.json",
];

/** The first line that can follow a public network: each has had the rollup of 6.0.0 since October 2026. */
const FOLLOWED_FROM: Readonly<Record<string, number>> = { mainnet: 6, testnet: 6 };

/** A network as its configuration calls it. */
const nameOf = (network: string) => (network === "alpha-testnet" ? "testnet" : network);

const isUrl = (text: string) => /^https?:\/\/[^\s,]+$/.test(text);

export function networkOf({ network, networkConfigUrl }: Named): P2pSoftware["network"] {
  if (!network) return undefined;
  return {
    name: nameOf(network),
    urls: networkConfigUrl && isUrl(networkConfigUrl) ? [networkConfigUrl] : CONFIG_URLS,
  };
}

/** A network that the image cannot follow, or whose configuration nobody would read. */
export function networkProblems(props: Named): Problem[] {
  const { network, networkConfigUrl: url } = props;
  const problems: Problem[] = [];
  const [line, from] = [lineOf(props), network && FOLLOWED_FROM[nameOf(network)]];
  if (from && line !== undefined && line < from) {
    problems.push({
      path: ["image"],
      message: `an image of line ${line} cannot follow ${network}: it would wait in standby for ever`,
      remedy: called =>
        `use an image of line ${from}, such as azteclabs/aztec:${from}.0.0, or leave out ${called("network")}`,
    });
  }
  if (url !== undefined && !isUrl(url)) {
    const message = `"${url}" is not an http or https URL`;
    problems.push({ path: ["networkConfigUrl"], message, remedy: "give the URL of a served network_config.json" });
  }
  if (url !== undefined && !network) {
    const message = "is given without a network, so that nobody would read it";
    problems.push({ path: ["networkConfigUrl"], message, remedy: "name the network too" });
  }
  return problems;
}
