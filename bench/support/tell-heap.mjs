// `--expose-gc --import` of this lets a server tell what it holds: the bytes of its heap and of buffers that are left after a collection.
// Resident memory says that only after a while, since what was freed is kept for what comes next.
process.on('message', (message) => {
  if (message !== 'tell heap') return;
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  process.send({ heldBytes: heapUsed + external });
});
// Listening to messages must not keep the process when everything else has ended.
process.channel?.unref();
