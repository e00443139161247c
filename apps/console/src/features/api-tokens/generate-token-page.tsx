import { PageHeader } from '../../components/page-header.js';
import { texts } from '../../texts/index.js';

export function GenerateTokenPage() {
  return <PageHeader title={texts.apiTokens.title} />;
}
