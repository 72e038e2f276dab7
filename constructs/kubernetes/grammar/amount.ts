import type { Grammar } from "./grammar";

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
  const [, number, suffix = ""] = /^([0-9]+(?:\.[0-9]+)?)([a-zA-Z]*)$/.exec(quantity) ?? [];
  const factor = Object.hasOwn(FACTORS, suffix) ? FACTORS[suffix] : undefined;
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

/** A size between two others. */
const size = (least: string, most: string): Grammar => ({
  is: "a Kubernetes quantity such as 2Gi",
  form: /^[0-9]+(\.[0-9]+)?(k|Ki|M|Mi|G|Gi|T|Ti|P|Pi)?$/,
  longest: 20,
  wrong: text => {
    const given = bytes(text) as number;
    if (given < (bytes(least) as number)) return [`is less than ${least}`, "give more: without a unit it is bytes"];
    if (given > (bytes(most) as number)) return [`is more than ${most}`, "give less"];
    return Number.isInteger(given) ? undefined : ["is not a whole number of bytes", "round it"];
  },
});

/** Memory of a container: less is a number without its unit, and no host has more. */
export const MEMORY = size("1Mi", "64Ti");

/** Size of a volume: storage classes begin at a mebibyte, and a pebibyte is beyond those of clouds. */
export const VOLUME_SIZE = size("1Mi", "1Pi");

/** Thousandths of a CPU. */
export const thousandths = (cpu: string) => (cpu.endsWith("m") ? Number(cpu.slice(0, -1)) : Number(cpu) * 1000);

/** CPU of a container: Kubernetes counts in thousandths, and no host has more than 1024. */
export const CPU: Grammar = {
  is: "a Kubernetes CPU quantity such as 500m or 2",
  form: /^[0-9]+(\.[0-9]+)?m?$/,
  longest: 20,
  wrong: text => {
    const given = thousandths(text);
    if (given <= 0 || given > 1_024_000) return ["is not a share of a host's CPUs", "use 1m to 1024"];
    return Math.abs(given - Math.round(given)) < 1e-6
      ? undefined
      : ["is finer than a thousandth, which is the finest that Kubernetes counts", "round it to 1m"];
  },
};
