import type { Plan } from '@calkeep/contract';
import { Anchor, Code, Group } from '@mantine/core';
import { CopyButton } from '../../components/copy-button.js';
import { Fact, Facts } from '../../components/facts.js';
import { Section } from '../../components/section.js';
import { texts } from '../../texts/index.js';

const words = texts.overview.api;

export function ApiSection({ plan }: { plan: Plan }) {
  const base = `${window.location.origin}/api/v1`;
  return (
    <Section title={words.title}>
      <Facts>
        <Fact name={words.base}>
          <Group gap="xs">
            <Code>{base}</Code>
            <CopyButton value={base} label={words.copyBase} size="compact-xs" />
          </Group>
        </Fact>
        {plan.hasApiTokens && (
          <>
            <Fact name={words.perToken}>{texts.common.number(plan.tokenRequestsPerMinute)}</Fact>
            <Fact name={words.perWorkspace}>{texts.common.number(plan.workspaceRequestsPerMinute)}</Fact>
          </>
        )}
      </Facts>
      <Group gap="md">
        <Anchor href="/docs/integrators" target="_blank" rel="noreferrer" size="sm">
          {words.guide}
        </Anchor>
        <Anchor href="/docs" target="_blank" rel="noreferrer" size="sm">
          {words.reference}
        </Anchor>
      </Group>
    </Section>
  );
}
