/*! One JSON line per event. */
export type Level = "info" | "warn" | "error";
export type Fields = Record<string, unknown>;

export function log(level: Level, msg: string, fields: Fields = {}): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, msg, ...fields })}\n`);
}
