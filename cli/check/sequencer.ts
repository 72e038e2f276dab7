import { milliseconds } from "../../constructs/kubernetes/duration";
import { MESH } from "../../constructs/sequencer/mesh/ports";
import type { SequencerEnvironment } from "../../stacks/sequencer/props";
import type { Environment } from "../../values/load/environment";
import { engineValues } from "../../values/schema/sequencer";
import { counted } from "../kubernetes/gauge";
import type { Kubectl } from "../kubernetes/kubectl";
import { askPod } from "../kubernetes/port-forward";
import type { CliSection } from "../section";
import { areReady, type Member, readStatus, type SequencerStatus } from "../sequencer/status";
import { allowedBy, engineOf, type Target, targetFor } from "../sequencer/target";
import type { Check } from "./result";
import { checkRollout } from "./rollout";

/** A member that is further behind than the blocks of this time would delay a failover. */
const LAG_MS = 10_000;
/** The limit of the first alert, for clusters without alerts. */
const CERTIFICATE_DAYS = 14;

export const sequencerSection: CliSection<SequencerEnvironment> = {
  checks: "leader, members, lag, proxies and certificates",
  check: sequencerChecks,
  apiServer: ({ sequencer }) => (engineOf(sequencer).lease ? sequencer.networkPolicies : undefined),
  beforeDeploy: checkRollout,
};

async function sequencerChecks(kubectl: Kubectl, environment: Environment<SequencerEnvironment>): Promise<Check[]> {
  const target = targetFor(environment);
  const { status } = await readStatus(kubectl, target);
  const { leaders, members, lease, proxies } = status;
  const look = `rollup-network sequencer status ${environment.name}`;
  const resume = `rollup-network sequencer resume ${environment.name}`;
  return [
    {
      check: "sequencer leader",
      ok: leaders.length === 1,
      detail:
        leaders.length === 1
          ? `${leaders[0]}`
          : leaders.length === 0
            ? `no member leads → ${look}, docs/runbooks/leader-down.md`
            : `${leaders.join(" and ")} say that they lead: docs/runbooks/split-brain.md`,
    },
    membersCheck(status),
    lagCheck(target, members),
    ...(lease
      ? [
          {
            check: "sequencer lease",
            ok: !lease.paused && !lease.problem,
            detail: lease.paused
              ? `the Lease is paused${lease.pausedBy ? ` by ${lease.pausedBy}` : ""} → ${resume}`
              : lease.problem
                ? `the Lease ${lease.problem} → ${look}, docs/runbooks/lease-both-down.md`
                : `held by ${lease.holder}`,
          },
        ]
      : []),
    ...(proxies
      ? [
          {
            check: "sequencer proxies",
            ok: areReady(proxies),
            detail: `${proxies.ready} of ${proxies.wanted} ready`,
          },
        ]
      : []),
    ...(hasCertificates(target) ? await certificateChecks(kubectl, target, members) : []),
  ];
}

function membersCheck({ members }: SequencerStatus): Check {
  const ready = members.filter(member => member.ready);
  const problems = members.filter(({ problem }) => problem).map(({ name, problem }) => `${name} ${problem}`);
  const detail = [`${ready.length} of ${members.length} ready`, ...problems].join(", ");
  return { check: "sequencer members", ok: ready.length === members.length && problems.length === 0, detail };
}

function lagCheck({ values }: Target, members: readonly Member[]): Check {
  const limit = Math.ceil(LAG_MS / milliseconds(values.blockTime));
  const known = members.filter(({ lag }) => lag !== undefined);
  const most = Math.max(0, ...known.map(({ lag = 0 }) => lag));
  const detail =
    known.length < members.length
      ? `the height of ${others(members, known)} is not known → look at the log of its node`
      : `members are at most ${most} blocks behind height ${Math.max(...members.map(({ height = 0 }) => height))}` +
        (most > limit ? ": docs/runbooks/member-data.md" : "");
  return { check: "sequencer lag", ok: known.length === members.length && most <= limit, detail };
}

/** The names of members that are not among some. */
const others = (members: readonly Member[], some: readonly Member[]) =>
  members
    .filter(member => !some.includes(member))
    .map(({ name }) => name)
    .join(", ");

function hasCertificates({ values }: Target): boolean {
  const { mesh } = engineValues(values).own;
  return mesh !== undefined && mesh !== "plain";
}

async function certificateChecks(kubectl: Kubectl, target: Target, members: readonly Member[]): Promise<Check[]> {
  const expiries = await Promise.all(
    members.map(({ name, uid }) => (uid === undefined ? undefined : expiryOf(kubectl, target, name))),
  );
  const known = expiries.filter(expiry => expiry !== undefined);
  const check = "sequencer certificates";
  if (known.length < members.length) {
    const answered = members.filter((_, i) => expiries[i] !== undefined);
    const detail = `the certificate of ${others(members, answered)} is not known → look at the log of its mesh`;
    return [{ check, ok: false, detail }];
  }
  const days = Math.floor((Math.min(...known) - Date.now() / 1000) / 86_400);
  const remedy = days >= CERTIFICATE_DAYS ? "" : ": docs/runbooks/key-rotation.md";
  return [{ check, ok: days >= CERTIFICATE_DAYS, detail: `the first certificate expires in ${days} days${remedy}` }];
}

/** When the certificate that a member's mesh has loaded expires, in seconds since 1970. */
async function expiryOf(kubectl: Kubectl, target: Target, pod: string): Promise<number | undefined> {
  const at = { namespace: target.namespace, pod, port: MESH.metricsPort, path: "/certificate" };
  const answer = await askPod(kubectl, { ...at, allowedBy: allowedBy(target, "status") });
  const found = /^rollup_network_mesh_certificate_expiry_timestamp_seconds (\d+)$/m.exec(answer?.text ?? "");
  return counted(found?.[1]);
}
