import { Button, CopyButton as Copier } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { texts } from '../texts/index.js';

const confirmationMs = 2_000;

interface CopyButtonProps {
  readonly value: string;
  /** What is copied, for whoever hears the page: "Copy the token". */
  readonly label: string;
  readonly size?: string;
  readonly onCopied?: () => void;
}

export function CopyButton({ value, label, size = 'sm', onCopied }: CopyButtonProps) {
  return (
    <Copier value={value} timeout={confirmationMs}>
      {({ copied, copy }) => (
        <Button
          variant="default"
          size={size}
          aria-label={label}
          leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
          onClick={() => {
            copy();
            onCopied?.();
          }}
        >
          <span aria-live="polite">{copied ? texts.common.copied : texts.common.copy}</span>
        </Button>
      )}
    </Copier>
  );
}
