import { Box, Code, Group } from '@mantine/core';
import { CopyButton } from './copy-button.js';

interface CodeBlockProps {
  readonly code: string;
  /** Of the button: "Copy the command". */
  readonly copyLabel: string;
  readonly onCopied?: () => void;
}

/** Something to paste. It breaks rather than hides what does not fit. */
export function CodeBlock({ code, copyLabel, onCopied }: CodeBlockProps) {
  return (
    <Box>
      <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {code}
      </Code>
      <Group justify="flex-end" mt={6}>
        <CopyButton value={code} label={copyLabel} size="xs" {...(onCopied && { onCopied })} />
      </Group>
    </Box>
  );
}
