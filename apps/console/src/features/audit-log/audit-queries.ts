import { auditEventsData, auditVerificationData } from '@calkeep/contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call } from '../../api/call.js';
import type { AuditSearch } from './audit-log.routes.js';
import { boundsOf } from './audit-range.js';

const limit = 50;

export const auditEventsQuery = (ws: string, search: AuditSearch) =>
  queryOptions({
    queryKey: ['workspace', ws, 'audit-log', search],
    queryFn: ({ signal }) => {
      const { action, actorId, targetId, page = 1 } = search;
      const query = { ...boundsOf(search), action, actorId, targetId, page, limit };
      return call(auditEventsData, `/app/workspaces/${ws}/audit-log`, { query, signal });
    },
    placeholderData: keepPreviousData,
  });

export function verifyLog(ws: string) {
  return call(auditVerificationData, `/app/workspaces/${ws}/audit-log/verify`);
}
