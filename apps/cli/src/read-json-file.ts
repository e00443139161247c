import { readFile } from 'node:fs/promises';
import type { z } from 'zod';

/** What a JSON file holds; null when it is missing, cut off, or of another shape. @throws Error when it cannot be read. */
export async function readJsonFile<T extends z.ZodType>(file: string, schema: T): Promise<z.output<T> | null> {
  const text = await readTextFile(file);
  return text === null ? null : parseJson(text, schema);
}

/** null when there is no such file. */
export async function readTextFile(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
}

/** null when the text is no JSON or of another shape. */
export function parseJson<T extends z.ZodType>(text: string, schema: T): z.output<T> | null {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
