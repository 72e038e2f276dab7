import { durationProblems } from "../../../../kubernetes/duration";
import { isToken } from "../../../../kubernetes/framework/tokens";
import { grammarProblems } from "../../../../kubernetes/grammar/grammar";
import { OBJECT_NAME } from "../../../../kubernetes/grammar/names";
import { secretKeyProblems } from "../../../../kubernetes/grammar/references";
import type { Problem } from "../../../../kubernetes/problem";
import { secretTextProblems } from "../../../../kubernetes/secret-text";
import { endpointProblems } from "../../../rules";
import type { OpStack } from "../op-stack";
import { submitterCommand } from "./command";
import { type Submitter, submittersOf } from "./kinds";
import type { RemoteSigner } from "./props";

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;

/** What is wrong with a chain's submitters, at their places in the props of a sequencer. */
export function submitterProblems(software: OpStack, clusterDomain: string | undefined): Problem[] {
  const submitters = submittersOf(software);
  return [
    ...submitters.flatMap(each => problemsOf(each, clusterDomain)),
    ...batcherProblems(software),
    ...proposerProblems(software),
    ...sharedKeyProblems(submitters),
  ];
}

function problemsOf(submitter: Submitter, clusterDomain: string | undefined): Problem[] {
  const { component, settings } = submitter;
  const path = ["software", component];
  const { key } = settings;
  return [
    ...("signer" in key
      ? signerProblems([...path, "key", "signer"], key.signer, clusterDomain)
      : secretKeyProblems([...path, "key"], key)),
    ...envProblems(submitter),
  ];
}

function signerProblems(path: string[], { endpoint, address, tlsSecret }: RemoteSigner, domain?: string): Problem[] {
  const [problem] = endpointProblems(path, [endpoint], domain);
  return [
    ...(problem ? [{ ...problem, path: [...path, "endpoint"] }] : []),
    ...addressProblems([...path, "address"], address, "name the address of the signer's key"),
    ...grammarProblems([...path, "tlsSecret"], tlsSecret, OBJECT_NAME),
  ];
}

/** Variables that are not its own, or that say what a flag says already and would not be heard. */
function envProblems(submitter: Submitter): Problem[] {
  const { component, program, variables, settings } = submitter;
  const path = ["software", component, "env"];
  const { env = {} } = settings;
  const told = submitterCommand(submitter, "").slice(1);
  const flags = [...told, "--private-key"].map(flag => flag.replace(/^--|=.*$/g, ""));
  const own = new Set(flags.map(flag => variables + flag.replace(/[.-]/g, "_").toUpperCase()));
  return [
    ...Object.keys(env).flatMap((name): Problem[] => {
      const at = [...path, name];
      if (own.has(name)) {
        return [
          { path: at, message: `${name} is set by the package`, remedy: "remove it, and use what it follows from" },
        ];
      }
      if (name.startsWith(variables)) return [];
      const message = `${name} is no variable of ${program}: those begin with ${variables}`;
      return [{ path: at, message, remedy: "remove it, or correct its name" }];
    }),
    ...secretTextProblems(path, env),
  ];
}

function batcherProblems({ batcher, l1 }: OpStack): Problem[] {
  if (!batcher) return [];
  const { dataAvailability = "blobs", maxChannelDuration = 25 } = batcher;
  const unread = dataAvailability !== "calldata" && !l1.beacon?.length;
  return [
    ...(unread
      ? [
          {
            path: ["software", "batcher", "dataAvailability"],
            message: `"${dataAvailability}": members could not read the batches, since no beacon API is named`,
            remedy: "name one in l1.beacon, or use calldata",
          },
        ]
      : []),
    ...(Number.isInteger(maxChannelDuration) && maxChannelDuration >= 1
      ? []
      : [
          {
            path: ["software", "batcher", "maxChannelDuration"],
            message: `${maxChannelDuration}: op-batcher would send a batch only when it is full`,
            remedy: "use a whole number of L1 blocks, 1 or more",
          },
        ]),
  ];
}

function proposerProblems({ proposer }: OpStack): Problem[] {
  if (!proposer) return [];
  const path = ["software", "proposer"];
  return [
    ...addressProblems([...path, "gameFactory"], proposer.gameFactory, "copy it from the chain's deployment"),
    ...durationProblems([[...path, "proposalInterval"], proposer.proposalInterval, "720h"]),
  ];
}

function addressProblems(path: string[], address: string, remedy: string): Problem[] {
  if (isToken(address) || ADDRESS.test(address)) return [];
  return [{ path, message: `"${address}" is no address of 20 bytes in hex (0x…)`, remedy }];
}

/** Both would use the same nonces, and each replace the other's transactions. */
function sharedKeyProblems(submitters: readonly Submitter[]): Problem[] {
  const [first, second] = submitters.map(({ settings: { key } }) =>
    "signer" in key ? key.signer.address.toLowerCase() : `${key.secret}[${key.key}]`,
  );
  if (first === undefined || first !== second) return [];
  const message = "the same key as the batcher's: their transactions would replace each other";
  return [{ path: ["software", "proposer", "key"], message, remedy: "give the proposer a key of its own" }];
}
