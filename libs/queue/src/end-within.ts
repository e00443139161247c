/**
 * Ends something that talks to a server which may be away: in good order if that works in `graceMs`, by force
 * otherwise. Never rejects: an end that cannot be told to the server is an end all the same.
 */
export async function endWithin(graceMs: number, end: () => Promise<void>, force: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const isOver = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), graceMs);
  });
  const isEnded = await Promise.race([succeeds(end), isOver]);
  clearTimeout(timer);
  // Forcing may wait for the same server: it is begun, and the process does not stay for it.
  if (!isEnded) void succeeds(force);
}

function succeeds(work: () => Promise<void>): Promise<boolean> {
  return work().then(
    () => true,
    () => false,
  );
}
