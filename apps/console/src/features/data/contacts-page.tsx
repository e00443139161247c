import { PageHeader } from '../../components/page-header.js';
import { texts } from '../../texts/index.js';

export function ContactsPage() {
  return <PageHeader title={texts.data.title} />;
}
