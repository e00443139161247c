import { apiTokenData, revokedTokenData, type ApiToken, type UpdateTokenBody } from '@calkeep/contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../../api/call.js';
import { tokensPath, useRefreshTokens } from '../token-queries.js';

export function useUpdateToken(ws: string, { id }: Pick<ApiToken, 'id'>) {
  const refresh = useRefreshTokens(ws);
  return useMutation({
    mutationFn: (body: Partial<UpdateTokenBody>) =>
      call(apiTokenData, `${tokensPath(ws)}/${id}`, { method: 'PATCH', body }),
    onSettled: refresh,
  });
}

export function useRevokeToken(ws: string, { id }: Pick<ApiToken, 'id'>) {
  const refresh = useRefreshTokens(ws);
  return useMutation({
    mutationFn: (reason: string) =>
      call(revokedTokenData, `${tokensPath(ws)}/${id}/revoke`, {
        method: 'POST',
        body: reason.trim() === '' ? {} : { reason },
      }),
    onSettled: refresh,
  });
}
