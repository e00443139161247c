import { PageHeader } from '../../components/page-header.js';
import { texts } from '../../texts/index.js';

export function SecurityPage() {
  return <PageHeader title={texts.account.title} />;
}
