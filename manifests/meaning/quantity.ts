const BINARY = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

/**
 * A quantity of Kubernetes in billionths, its finest unit: `500m` and `0.5` are the same, and so are `10Gi` and
 * `10240Mi`. Undefined for what is none.
 */
export function billionths(quantity: unknown): bigint | undefined {
  if (typeof quantity !== "string" && typeof quantity !== "number") return undefined;
  const [, sign, whole = "", fraction = "", suffix = ""] =
    /^([+-]?)(\d*)(?:\.(\d*))?(|[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d{1,2})$/.exec(String(quantity)) ?? [];
  if (whole + fraction === "") return undefined;
  const binary = BINARY.indexOf(suffix) + 1;
  const exponent = binary > 0 ? 0 : (DECIMAL[suffix] ?? Number(suffix.slice(1)));
  const power = 9 + exponent - fraction.length;
  const scaled = BigInt(whole + fraction) * 1024n ** BigInt(binary);
  const value = power >= 0 ? scaled * 10n ** BigInt(power) : dividedUp(scaled, 10n ** BigInt(-power));
  return sign === "-" ? -value : value;
}

/** The API server rounds up what is finer. */
const dividedUp = (value: bigint, by: bigint) => (value + by - 1n) / by;
