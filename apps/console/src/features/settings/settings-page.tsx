import { PageHeader } from '../../components/page-header.js';
import { texts } from '../../texts/index.js';

export function SettingsPage() {
  return <PageHeader title={texts.settings.title} />;
}
