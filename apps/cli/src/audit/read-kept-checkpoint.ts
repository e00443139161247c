import { parsePublicId } from '@calkeep/contract';
import { AuditExportError, parseCheckpoint, type SignedCheckpoint } from '@calkeep/security';
import { z } from 'zod';
import { CliError } from '../cli-error.js';
import { parseJson, readTextFile } from '../read-json-file.js';
import { withReason } from '../with-reason.js';

const lineOfExport = z.object({ checkpoint: z.unknown() });

/** A checkpoint as JSON, bare or as the last line of an NDJSON export. @throws CliError */
export async function readKeptCheckpoint(file: string): Promise<SignedCheckpoint> {
  const text = await withReason(`${file} cannot be read`, readTextFile(file));
  if (text === null) throw new CliError(`${file} is not there`);
  const value = parseJson(text, z.unknown());
  try {
    const checkpoint = parseCheckpoint(lineOfExport.safeParse(value).data?.checkpoint ?? value);
    if (parsePublicId('workspace', checkpoint.workspaceId) !== null) return checkpoint;
    throw new AuditExportError('checkpoint.workspaceId is not the id of a workspace');
  } catch (error) {
    if (!(error instanceof AuditExportError)) throw error;
    throw new CliError(`${file} is not a checkpoint: ${error.message}`, { cause: error });
  }
}
