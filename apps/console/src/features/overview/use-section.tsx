import type { WorkspaceSettings } from '@calkeep/contract';
import { Section } from '../../components/section.js';
import { UseBar } from '../../components/use-bar.js';
import { texts } from '../../texts/index.js';

const words = texts.overview.use;

export function UseSection({ workspace: { plan, usage } }: { workspace: WorkspaceSettings }) {
  return (
    <Section title={words.title}>
      {plan.hasApiTokens && <UseBar name={words.tokens} used={usage.activeApiTokens} limit={plan.activeTokensMax} />}
      <UseBar name={words.contacts} used={usage.contacts} limit={plan.contactsMax} />
      <UseBar name={words.members} used={usage.members} limit={null} />
    </Section>
  );
}
