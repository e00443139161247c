import { PageHeader } from '../../components/page-header.js';
import { texts } from '../../texts/index.js';

export function ApiTokenPage() {
  return <PageHeader title={texts.apiTokens.title} />;
}
