import { PageHeader } from '../../components/page-header.js';
import { texts } from '../../texts/index.js';

export function SignInPage() {
  return <PageHeader title={texts.auth.title} />;
}
