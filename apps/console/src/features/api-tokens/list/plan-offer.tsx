import type { Plan } from '@calkeep/contract';
import { Anchor, Group, SegmentedControl, Stack, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { plansQuery } from '../../../api/workspace.js';
import { CodeBlock } from '../../../components/code-block.js';
import { ErrorState } from '../../../components/error-state.js';
import { Section } from '../../../components/section.js';
import { PageSkeleton } from '../../../shell/page-skeleton.js';
import { texts } from '../../../texts/index.js';
import { Notice } from '../notice.js';

const words = texts.apiTokens.plan;
const { number } = texts.common;

const rows = {
  tokenRequestsPerMinute: ({ tokenRequestsPerMinute }: Plan) => number(tokenRequestsPerMinute),
  workspaceRequestsPerMinute: ({ workspaceRequestsPerMinute }: Plan) => number(workspaceRequestsPerMinute),
  activeTokensMax: ({ activeTokensMax }: Plan) => number(activeTokensMax),
  contactsMax: ({ contactsMax }: Plan) => (contactsMax === null ? words.unlimited : number(contactsMax)),
  customFieldsMax: ({ customFieldsMax }: Plan) => number(customFieldsMax),
  auditRetentionDays: ({ auditRetentionDays }: Plan) => words.days(auditRetentionDays),
} as const;
const rowNames = [
  'tokenRequestsPerMinute',
  'workspaceRequestsPerMinute',
  'activeTokensMax',
  'contactsMax',
  'customFieldsMax',
  'auditRetentionDays',
] as const satisfies readonly (keyof typeof rows)[];

/** What a workspace without API tokens would get, and how. */
export function PlanOffer({ ws, plan }: { ws: string; plan: Plan }) {
  const plans = useQuery(plansQuery);
  if (plans.error) return <ErrorState error={plans.error} onRetry={() => void plans.refetch()} />;
  if (!plans.data) return <PageSkeleton />;
  const offered = plans.data.filter(({ hasApiTokens }) => hasApiTokens);
  return (
    <Stack gap="lg">
      <Section title={words.title} text={words.text(plan.name)}>
        <Comparison plans={offered} />
        <Anchor href="/docs" target="_blank" rel="noreferrer" size="sm">
          {words.docs}
        </Anchor>
      </Section>
      <HowTo ws={ws} plans={offered} />
    </Stack>
  );
}

function Comparison({ plans }: { plans: readonly Plan[] }) {
  return (
    <Table verticalSpacing="sm" aria-label={words.title}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{words.feature}</Table.Th>
          {plans.map(({ code, name }) => (
            <Table.Th key={code} ta="right">
              {name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rowNames.map((name) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" fw={400}>
              {words.rows[name]}
            </Table.Th>
            {plans.map((plan) => (
              <Table.Td key={plan.code} ta="right" fw={500}>
                {rows[name](plan)}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function HowTo({ ws, plans }: { ws: string; plans: readonly Plan[] }) {
  const [chosen, setChosen] = useState(plans[0]?.code ?? 'business');
  return (
    <Section title={words.howTitle} text={words.how}>
      <Stack gap="sm">
        <Group>
          <SegmentedControl
            aria-label={words.choose}
            data={plans.map(({ code, name }) => ({ value: code, label: name }))}
            value={chosen}
            onChange={(value) => setChosen(plans.find(({ code }) => code === value)?.code ?? chosen)}
          />
        </Group>
        <CodeBlock code={words.command(ws, chosen)} copyLabel={words.copy} />
      </Stack>
    </Section>
  );
}

/** Above the tokens that a workspace had before its plan was changed. */
export function SuspendedNote({ plan }: { plan: Plan }) {
  return <Notice title={words.suspendedTitle}>{words.suspended(plan.name)}</Notice>;
}
