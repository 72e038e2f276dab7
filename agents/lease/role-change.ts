/*! A change of the role, and how it is told to people. */
import type { KubeEvent } from "../lib/kube";
import type { RoleName } from "./metrics";

export interface RoleChange {
  readonly from: RoleName;
  readonly to: RoleName;
  readonly token: number;
  readonly reason: string;
}

export function eventOf({ from, to, token, reason }: RoleChange, pod: string): KubeEvent {
  const lost = from === "active" && /^(not renewed|renewed too late|held by|the Lease)/.test(reason);
  const type = lost || /without block/.test(reason) ? "Warning" : "Normal";
  const names = { active: "LeaseAcquired", stopping: "LeaseStopping", standby: "LeaseReleased" };
  return { type, reason: names[to], message: `${pod}: ${from} to ${to}, token ${token}: ${reason}` };
}
