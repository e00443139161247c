import { PageHeader } from '../../components/page-header.js';
import { texts } from '../../texts/index.js';

export function AuditLogPage() {
  return <PageHeader title={texts.auditLog.title} />;
}
