import type { AuditEventRow } from '@calkeep/contract';
import { Button, Code, Divider, Drawer, Group, Stack, Text, Title } from '@mantine/core';
import { CopyButton } from '../../components/copy-button.js';
import { Fact, Facts } from '../../components/facts.js';
import { Instant } from '../../components/instant.js';
import { texts } from '../../texts/index.js';
import type { AuditSearch } from './audit-log.routes.js';
import { actionOf, actorOf, targetOf } from './audit-words.js';

const words = texts.auditLog.detail;

interface AuditDetailProps {
  readonly event: AuditEventRow | null;
  readonly onClose: () => void;
  readonly onFilter: (change: Partial<AuditSearch>) => void;
}

/** Everything that an entry says. */
export function AuditDetail({ event, onClose, onFilter }: AuditDetailProps) {
  return (
    <Drawer
      opened={event !== null}
      onClose={onClose}
      position="right"
      size="lg"
      title={event && words.title(event.seq)}
      closeButtonProps={{ 'aria-label': texts.common.close }}
    >
      {event && <Entry event={event} onFilter={onFilter} />}
    </Drawer>
  );
}

function Entry({ event, onFilter }: { event: AuditEventRow; onFilter: AuditDetailProps['onFilter'] }) {
  const { actor, target } = event;
  return (
    <Stack gap="lg">
      <Facts>
        <Fact name={words.action}>
          {actionOf(event)} <Code>{event.action}</Code>
        </Fact>
        <Fact name={words.when}>
          <Instant at={event.createdAt} isExact />
        </Fact>
        <Fact name={words.actor}>
          {actorOf(event)} {actor.id !== null && <Code>{actor.id}</Code>}
        </Fact>
        <Fact name={words.target}>
          {targetOf(event)} {target.id !== null && <Code>{target.id}</Code>}
        </Fact>
        <Fact name={words.ip}>{event.ip ?? texts.common.none}</Fact>
        <Fact name={words.userAgent}>{event.userAgent ?? texts.common.none}</Fact>
        <Fact name={words.requestId}>
          {event.requestId === null ? texts.common.none : <Code>{event.requestId}</Code>}
        </Fact>
        {event.clientRequestId !== null && <Fact name={words.clientRequestId}>{event.clientRequestId}</Fact>}
      </Facts>
      <Group gap="xs">
        {actor.id !== null && (
          <Button size="xs" variant="default" onClick={() => onFilter({ actorId: actor.id ?? undefined })}>
            {words.onlyActor}
          </Button>
        )}
        {target.id !== null && (
          <Button size="xs" variant="default" onClick={() => onFilter({ targetId: target.id ?? undefined })}>
            {words.onlyTarget}
          </Button>
        )}
        <CopyButton size="xs" value={JSON.stringify(event, null, 2)} label={words.copyJson} />
      </Group>
      <Divider />
      <Title order={2}>{words.payload}</Title>
      <Payload payload={event.payload} />
      <Divider />
      <Title order={2}>{words.seal}</Title>
      <Facts>
        <Fact name={words.hash}>
          <Hash value={event.hash} />
        </Fact>
        <Fact name={words.prevHash}>
          <Hash value={event.prevHash} />
        </Fact>
      </Facts>
    </Stack>
  );
}

function Payload({ payload }: { payload: AuditEventRow['payload'] }) {
  const entries = Object.entries(payload);
  if (entries.length === 0) return <Text size="sm">{words.noPayload}</Text>;
  return (
    <Facts>
      {entries.map(([name, value]) => (
        <Fact key={name} name={name}>
          <Text size="sm" ff="monospace" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {typeof value === 'string' ? value : JSON.stringify(value, null, 1)}
          </Text>
        </Fact>
      ))}
    </Facts>
  );
}

function Hash({ value }: { value: string }) {
  return (
    <Text size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
      {value}
    </Text>
  );
}
