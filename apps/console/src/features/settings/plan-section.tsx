import type { WorkspaceSettings } from '@calkeep/contract';
import { Badge, Stack } from '@mantine/core';
import { Fact, Facts } from '../../components/facts.js';
import { Section } from '../../components/section.js';
import { UseBar } from '../../components/use-bar.js';
import { texts } from '../../texts/index.js';

const words = texts.settings.plan;
const { number } = texts.common;

export function PlanSection({ workspace: { plan, usage } }: { workspace: WorkspaceSettings }) {
  return (
    <Section title={words.title} text={words.text} action={<Badge size="lg">{plan.name}</Badge>}>
      <Stack gap="md" maw={560}>
        {plan.hasApiTokens && (
          <UseBar name={texts.overview.use.tokens} used={usage.activeApiTokens} limit={plan.activeTokensMax} />
        )}
        <UseBar name={texts.overview.use.contacts} used={usage.contacts} limit={plan.contactsMax} />
        <UseBar name={texts.overview.use.members} used={usage.members} limit={null} />
        <Facts>
          {plan.hasApiTokens ? (
            <>
              <Fact name={words.perToken}>{number(plan.tokenRequestsPerMinute)}</Fact>
              <Fact name={words.perWorkspace}>{number(plan.workspaceRequestsPerMinute)}</Fact>
            </>
          ) : (
            <Fact name={texts.overview.use.tokens}>{words.noTokens}</Fact>
          )}
          <Fact name={words.customFields}>{number(plan.customFieldsMax)}</Fact>
          <Fact name={words.retention}>{words.days(plan.auditRetentionDays)}</Fact>
        </Facts>
      </Stack>
    </Section>
  );
}
