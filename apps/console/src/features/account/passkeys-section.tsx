import type { MfaMethod, Passkey } from '@calkeep/contract';
import { Badge, Button, Group, Stack, Text, Tooltip } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useState } from 'react';
import { Instant } from '../../components/instant.js';
import { Section } from '../../components/section.js';
import { texts } from '../../texts/index.js';
import { FactorRemovalDialog } from './factor-removal-dialog.js';
import { PasskeyLabelDialog } from './passkey-label-dialog.js';

const words = texts.account.security.passkeys;
const sectionId = 'passkeys';

interface PasskeysSectionProps {
  readonly passkeys: readonly Passkey[];
  readonly hasTotp: boolean;
  readonly onCodes: (codes: readonly string[]) => void;
}

type Open = { kind: 'add' } | { kind: 'rename' | 'remove'; passkey: Passkey };

export function PasskeysSection({ passkeys, hasTotp, onCodes }: PasskeysSectionProps) {
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const otherMethods: MfaMethod[] = [
    ...(passkeys.length > 1 ? ['webauthn' as const] : []),
    ...(hasTotp ? ['totp' as const] : []),
  ];
  return (
    <Section
      id={sectionId}
      title={words.title}
      text={words.text}
      action={
        <Button leftSection={<IconFingerprint size={18} aria-hidden />} onClick={() => setOpen({ kind: 'add' })}>
          {words.add}
        </Button>
      }
    >
      {passkeys.length === 0 ? (
        <Text size="sm" c="dimmed">
          {words.none}
        </Text>
      ) : (
        <Stack gap="sm">
          {passkeys.map((passkey) => (
            <PasskeyRow
              key={passkey.id}
              passkey={passkey}
              onRename={() => setOpen({ kind: 'rename', passkey })}
              onRemove={() => setOpen({ kind: 'remove', passkey })}
            />
          ))}
        </Stack>
      )}
      {open?.kind === 'add' && <PasskeyLabelDialog passkey={null} onCodes={onCodes} onClose={close} />}
      {open?.kind === 'rename' && <PasskeyLabelDialog passkey={open.passkey} onCodes={onCodes} onClose={close} />}
      {open?.kind === 'remove' && (
        <FactorRemovalDialog
          title={words.confirmRemove(open.passkey.label)}
          path={`/app/auth/mfa/webauthn/${open.passkey.id}`}
          otherMethods={otherMethods}
          done={words.removed}
          sectionId={sectionId}
          onClose={close}
        />
      )}
    </Section>
  );
}

interface PasskeyRowProps {
  readonly passkey: Passkey;
  readonly onRename: () => void;
  readonly onRemove: () => void;
}

function PasskeyRow({ passkey, onRename, onRemove }: PasskeyRowProps) {
  return (
    <Group justify="space-between" gap="sm">
      <Stack gap={0}>
        <Group gap="xs">
          <Text fw={500}>{passkey.label}</Text>
          {passkey.isBackedUp && (
            <Tooltip label={words.syncedHint} events={{ hover: true, focus: true, touch: true }}>
              <Badge variant="default" tabIndex={0}>
                {words.synced}
              </Badge>
            </Tooltip>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {words.created} <Instant at={passkey.createdAt} />,{' '}
          {passkey.lastUsedAt === null ? (
            words.neverUsed
          ) : (
            <>
              {words.lastUsed} <Instant at={passkey.lastUsedAt} />
            </>
          )}
        </Text>
      </Stack>
      <Group gap="xs">
        <Button size="xs" variant="default" aria-label={words.renameOf(passkey.label)} onClick={onRename}>
          {words.rename}
        </Button>
        <Button size="xs" variant="default" aria-label={words.removeOf(passkey.label)} onClick={onRemove}>
          {words.remove}
        </Button>
      </Group>
    </Group>
  );
}
