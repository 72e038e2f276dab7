const MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1e3,
  m: 6e4,
  h: 36e5,
  d: 864e5,
  w: 6048e5,
  y: 31536e6,
};
const PART = /(\d+(?:\.\d+)?)(ns|us|µs|ms|[smhdwy])/g;

/** A duration of Go or Prometheus in milliseconds: `90m` and `1h30m` are the same. Undefined for what is none. */
export function durationMs(duration: unknown): number | undefined {
  if (duration === "0") return 0;
  if (typeof duration !== "string" || duration === "" || duration.replaceAll(PART, "") !== "") return undefined;
  return [...duration.matchAll(PART)].reduce((sum, [, count, unit = ""]) => sum + Number(count) * (MS[unit] ?? 0), 0);
}
