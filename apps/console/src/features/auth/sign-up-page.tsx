import { PageHeader } from '../../components/page-header.js';
import { texts } from '../../texts/index.js';

export function SignUpPage() {
  return <PageHeader title={texts.auth.title} />;
}
