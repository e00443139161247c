const batchesPerJobMax = 50;
/** Uses or counts: in a batch, and in all batches of a job, which is to take well under a second. */
export const entriesPerJobMax = 500;

/** The entries of one workspace, in parts that each fit into a job. */
export function partsOf<T>(entries: readonly T[]): T[][] {
  const count = Math.ceil(entries.length / entriesPerJobMax);
  return Array.from({ length: count }, (_, index) =>
    entries.slice(index * entriesPerJobMax, (index + 1) * entriesPerJobMax),
  );
}

/** Batches in their order, as many together as a job may carry. @param sizeOf counts the entries of a batch. */
export function jobsOfBatches<T>(batches: readonly T[], sizeOf: (batch: T) => number): T[][] {
  const jobs: T[][] = [];
  let left = 0;
  for (const batch of batches) {
    const size = sizeOf(batch);
    const last = jobs.at(-1);
    if (last === undefined || last.length === batchesPerJobMax || size > left) {
      jobs.push([batch]);
      left = entriesPerJobMax - size;
    } else {
      last.push(batch);
      left -= size;
    }
  }
  return jobs;
}
