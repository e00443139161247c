import { PageHeader } from '../../components/page-header.js';
import { texts } from '../../texts/index.js';

export function ProfilePage() {
  return <PageHeader title={texts.account.title} />;
}
