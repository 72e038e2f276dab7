const FACTORS: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** A Kubernetes size such as `2Gi`, in bytes; undefined for what is not one. */
export function bytes(quantity: string): number | undefined {
  const [, number, suffix] = /^([0-9]+(?:\.[0-9]+)?)([a-zA-Z]*)$/.exec(quantity) ?? [];
  const factor = suffix === undefined ? undefined : FACTORS[suffix];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}
