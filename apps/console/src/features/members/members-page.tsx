import { PageHeader } from '../../components/page-header.js';
import { texts } from '../../texts/index.js';

export function MembersPage() {
  return <PageHeader title={texts.members.title} />;
}
