import { PageHeader } from '../../components/page-header.js';
import { texts } from '../../texts/index.js';

export function SessionsPage() {
  return <PageHeader title={texts.account.title} />;
}
