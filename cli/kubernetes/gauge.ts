/** A number of a metric's line that counts something; undefined for what is no number, negative or infinite. */
export function counted(text: string | undefined): number | undefined {
  if (!/^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text ?? "")) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}
