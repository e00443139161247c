import { IconLock } from '@tabler/icons-react';
import { texts } from '../texts/index.js';
import { EmptyState } from './empty-state.js';
import { PageHeader } from './page-header.js';

/** For whoever came by an address that their role does not open. */
export function NotAllowed({ title }: { title: string }) {
  return (
    <>
      <PageHeader title={title} />
      <EmptyState icon={IconLock} title={texts.common.notAllowed.title} explanation={texts.common.notAllowed.text} />
    </>
  );
}
