/** What commands make of every environment. Another process must be able to send it: plain data. */
export const JOBS = {
  synth: () => (require("./synth") as typeof import("./synth")).synth,
  lint: () => (require("./lint") as typeof import("./lint")).lint,
};

export type Job = keyof typeof JOBS;
export type Result<J extends Job> = ReturnType<ReturnType<(typeof JOBS)[J]>>;
