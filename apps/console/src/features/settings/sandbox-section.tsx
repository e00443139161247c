import { sandboxResetData, type SandboxResetData } from '@calkeep/contract';
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/call.js';
import { ConfirmDialog } from '../../components/confirm-dialog.js';
import { notifyDone } from '../../components/notify.js';
import { Section } from '../../components/section.js';
import { texts } from '../../texts/index.js';

const words = texts.settings.sandbox;

export function SandboxSection({ ws }: { ws: string }) {
  const client = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const reset = useMutation({
    mutationFn: () => call(sandboxResetData, `/app/workspaces/${ws}/sandbox/reset`, { method: 'POST', body: {} }),
    onSuccess: async ({ removed, created }) => {
      setIsAsking(false);
      notifyDone(words.done(sum(removed), sum(created)));
      await client.invalidateQueries({ queryKey: ['workspace', ws] });
    },
  });
  return (
    <Section
      title={words.title}
      text={words.text}
      action={
        <Button variant="default" onClick={() => setIsAsking(true)}>
          {words.reset}
        </Button>
      }
    >
      <ConfirmDialog
        isOpen={isAsking}
        title={words.confirm}
        text={words.confirmText}
        confirm={words.reset}
        isDangerous
        isPending={reset.isPending}
        error={reset.error}
        onConfirm={() => reset.mutate()}
        onClose={() => {
          setIsAsking(false);
          reset.reset();
        }}
      />
    </Section>
  );
}

function sum(rows: SandboxResetData['removed']): number {
  return Object.values<number>(rows).reduce((total, count) => total + count, 0);
}
