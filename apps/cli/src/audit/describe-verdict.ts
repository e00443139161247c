import type { ExportVerdict } from './verify-export.js';

/** What a person is told: the verdict, where it broke, the head, and what could not be checked. */
export function describeVerdict(verdict: ExportVerdict): string {
  const lines = [outcome(verdict), `Head: ${verdict.head}`, ...notes(verdict)];
  return lines.join('\n');
}

function outcome(verdict: ExportVerdict): string {
  const { valid, entries, firstSeq, workspaceId, firstBrokenSeq, line, explanation } = verdict;
  const lastSeq = firstSeq + entries - 1;
  const count = entries === 1 ? '1 entry' : `${entries} entries`;
  const numbers = entries === 0 ? '' : ` (${firstSeq} to ${lastSeq})`;
  if (valid) return `Valid: ${count}${numbers} of ${workspaceId}.`;
  const place = line === undefined ? '' : ` (line ${line})`;
  return `Broken at entry ${firstBrokenSeq}${place}: ${explanation}.\nGood before that: ${count}${numbers} of ${workspaceId}.`;
}

/** Beside these a checkpoint makes an export broken, which is told above. */
const checkpointNotes: Partial<Record<ExportVerdict['checkpoint'], string>> = {
  missing: 'Checkpoint: there is none in the file, so a tail that was cut off cannot be seen.',
  unchecked: "Checkpoint: its signature was not checked (--keys), so it could be anybody's.",
  valid: 'Checkpoint: signed for the last entry, so no tail is cut off.',
};

const keptNotes: typeof checkpointNotes = {
  unchecked: 'Checkpoint kept from earlier: the log still holds it; its signature was not checked (--keys).',
  valid: 'Checkpoint kept from earlier: signed, and the log still holds it.',
};

function notes({ valid, firstSeq, checkpoint, keptCheckpoint }: ExportVerdict): string[] {
  const told = [
    firstSeq > 1 && `This is a part of the log: what came before entry ${firstSeq} is not in it.`,
    valid && checkpointNotes[checkpoint],
    valid && keptCheckpoint && keptNotes[keptCheckpoint],
  ];
  return told.filter((note) => typeof note === 'string');
}
