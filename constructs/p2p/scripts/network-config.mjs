// Puts the configuration of a named network together for the node: as it is served, with the ENRs of BOOTSTRAP_NODES
// beside the network's own. The software alone takes either the one or the other, and starts without the network's
// where it cannot fetch them.
// The last configuration that was read is kept on the node's volume, and serves where none can be read.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const { NETWORK_NAME: name, NETWORK_DIR: dir, NETWORK_KEPT_DIR: keptDir, L1_CHAIN_ID: chain } = process.env;
const urls = process.env.NETWORK_URLS.split(" ");
const own = (process.env.BOOTSTRAP_NODES ?? "").split(",").filter(Boolean);
const attempts = Number(process.env.NETWORK_ATTEMPTS ?? 3);
const timeout = 1000 * Number(process.env.NETWORK_TIMEOUT_SECONDS ?? 10); // of one request, with its answer
const interval = 1000 * Number(process.env.NETWORK_INTERVAL_SECONDS ?? 2);
const kept = `${keptDir}/${name}.json`;

const areTexts = list => Array.isArray(list) && list.every(each => typeof each === "string");

/** The network's entry, of the form that the software reads. */
function entryIn(text) {
  let networks;
  try {
    networks = JSON.parse(text);
  } catch {
    throw new Error(`it is not JSON: ${JSON.stringify(text.slice(0, 60))}`);
  }
  const entry = networks?.[name];
  if (entry === undefined) {
    const names = Object.keys(networks ?? {}).join(", ");
    throw new Error(`it has no network ${name}, but ${names || "none"}`);
  }
  const { bootnodes, snapshots, registryAddress, l1ChainId } = entry ?? {};
  if (!areTexts(bootnodes) || !bootnodes.every(enr => enr.startsWith("enr:")))
    throw new Error(`the bootnodes of ${name} are not a list of ENRs`);
  if (!areTexts(snapshots) || typeof registryAddress !== "string" || typeof l1ChainId !== "number")
    throw new Error(`${name} has no snapshots, registryAddress or l1ChainId`);
  return entry;
}

async function served(url) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeout) });
    if (!answer.ok) throw new Error(`http status ${answer.status}`);
    return entryIn(await answer.text());
  } catch (error) {
    throw new Error(error.cause?.message || error.cause?.code || error.message);
  }
}

async function fetched() {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (attempt > 1) await sleep(interval);
    for (const url of urls) {
      try {
        return await served(url);
      } catch (error) {
        console.error(`network ${name} of ${url}: attempt ${attempt}/${attempts}: ${error.message}`);
      }
    }
  }
  return undefined;
}

function write(path, text) {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

function fatal(message) {
  console.error(`fatal: ${message}`);
  process.exit(1);
}

let entry = await fetched();
write(`${dir}/status`, entry ? "served" : "unread");
if (entry) {
  mkdirSync(keptDir, { recursive: true });
  write(kept, JSON.stringify({ [name]: entry }));
} else {
  try {
    entry = entryIn(readFileSync(kept, "utf8"));
  } catch {
    fatal(
      `the configuration of network ${name} cannot be read from ${urls.join(" or ")}, and none was kept from before. ` +
        "Check that the node reaches them, or serve a copy in the cluster and give its URL as networkConfigUrl; " +
        "the pod restarts and tries again.",
    );
  }
  console.error(`warning: network ${name} cannot be read: the configuration that was read before is used`);
}
if (chain && Number(chain) !== entry.l1ChainId)
  fatal(
    `network ${name} is on the L1 of chain ID ${entry.l1ChainId}, but l1ChainId is ${chain}: correct one of the two.`,
  );

const bootnodes = [...new Set([...own, ...entry.bootnodes])];
write(`${dir}/config.json`, JSON.stringify({ [name]: { ...entry, bootnodes } }));
console.error(`network ${name}: ${entry.bootnodes.length} bootnodes of the network, ${own.length} of its own`);
