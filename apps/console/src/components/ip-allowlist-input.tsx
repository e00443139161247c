import { ipAllowlist } from '@calkeep/contract';
import { Textarea, type TextareaProps } from '@mantine/core';

const rowsMin = 3;
const rowsMax = 10;

/** One address or range a line. */
export function IpAllowlistInput(props: TextareaProps) {
  return (
    <Textarea
      autosize
      minRows={rowsMin}
      maxRows={rowsMax}
      spellCheck={false}
      autoComplete="off"
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      {...props}
    />
  );
}

export function allowlistOf(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

/** The first line that is neither an address nor a range; `null` if all are. */
export function badAllowlistEntry(text: string): string | null {
  return allowlistOf(text).find((entry) => !ipAllowlist.safeParse([entry]).success) ?? null;
}
