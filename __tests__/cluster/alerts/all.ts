/** Waits for all, also when one has failed. */
export async function all(work: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find(result => result.status === "rejected");
  if (failed) throw failed.reason;
}
