import { PageHeader } from '../../components/page-header.js';
import { texts } from '../../texts/index.js';

export function OverviewPage() {
  return <PageHeader title={texts.overview.title} />;
}
