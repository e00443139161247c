// What processes use, from Linux's /proc. Elsewhere everything is null, and the report leaves it out.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** USER_HZ, which is 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;
const isKnown = existsSync('/proc/self/stat');

/** Seconds of CPU that a process has used so far, with those of its children, also of those that have ended, if asked. */
export function cpuSeconds(pid, { withChildren = false } = {}) {
  if (!isKnown) return null;
  const own = statOf(pid);
  if (!own) return 0;
  if (!withChildren) return own.cpuSeconds;
  return childrenOf(pid).reduce(
    (sum, child) => sum + (statOf(child)?.cpuSeconds ?? 0),
    own.cpuSeconds + own.endedChildrenSeconds,
  );
}

export function childrenOf(pid) {
  if (!isKnown) return [];
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return all.filter((name) => statOf(name)?.parent === pid).map(Number);
}

/** Bytes of memory that are the process' own at the moment. */
export function residentBytes(pid) {
  if (!isKnown) return null;
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(kibibytes) * 1024;
}

function statOf(pid) {
  let text;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null; // It has just ended.
  }
  // After the name, which may hold anything, in parentheses: state, parent, …
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const seconds = (index) => (Number(fields[index]) + Number(fields[index + 1])) / ticksPerSecond;
  return { parent: Number(fields[1]), cpuSeconds: seconds(11), endedChildrenSeconds: seconds(13) };
}
