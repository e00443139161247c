import type { Me } from '@calkeep/sdk';
import type { TokenVerdict } from './check-token.js';

const nameWidth = 11;

/** A verdict for people. */
export function describeToken(verdict: TokenVerdict): string {
  switch (verdict.state) {
    case 'malformed':
      return 'This is no API token of CalKeep: its shape or its checksum is wrong. Was it copied whole?';
    case 'well-formed':
      return `Shape and checksum are right (${verdict.mode}). No server was asked.`;
    case 'refused':
      return `Shape and checksum are right (${verdict.mode}), but ${verdict.baseUrl} refuses it: ${verdict.message}`;
    case 'unreachable':
      return `Shape and checksum are right (${verdict.mode}), but ${verdict.baseUrl} could not be asked: ${verdict.message}`;
    case 'good':
      return [`Good: ${verdict.baseUrl} accepts it.`, '', ...linesOf(verdict.me)].join('\n');
  }
}

function linesOf({ token, workspace, issuer, limits }: Me): string[] {
  const rows: [string, string][] = [
    ['Token', `${token.label} (${token.displayPrefix}…, ${token.id}), ${token.mode}`],
    ['Workspace', `${workspace.name} (${workspace.id}), ${workspace.plan}`],
    ['Issued by', issuer === null ? 'somebody who is not known any more' : issuer.name],
    ['Scopes', token.scopes.join(' ')],
    ['Expires', token.expiresAt ?? 'never'],
    ['Limits', `${inWords(limits.token)}; its workspace ${inWords(limits.workspace)}`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(nameWidth)}${value}`);
}

function inWords({ requests, windowSeconds }: Me['limits']['token']): string {
  return `${requests} requests in ${windowSeconds} s`;
}
