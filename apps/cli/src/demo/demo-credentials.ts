import { scopes, toPublicId } from '@calkeep/contract';
import { generateTotpSecret, mintApiToken, randomPassword } from '@calkeep/security';
import type { DemoToken, DemoWorkspace } from './demo-file.js';
import { emailOf, type DemoWorkspaceSpec } from './demo-workspaces.js';

/** Fresh credentials of a demo workspace, in the form in which demo.json keeps them. */
export function makeDemoCredentials(spec: DemoWorkspaceSpec): DemoWorkspace {
  return {
    id: toPublicId('workspace', spec.id),
    name: spec.name,
    plan: spec.plan,
    users: spec.users.map(({ role }) => ({
      email: emailOf(spec, role),
      password: randomPassword(),
      role,
      totpSecret: generateTotpSecret(),
    })),
    tokens: spec.hasTokens ? makeTokens(spec) : [],
  };
}

/** The kept credentials of the workspace, unless they are of another making of the demo. */
export function findKeptCredentials(
  spec: DemoWorkspaceSpec,
  kept: readonly DemoWorkspace[],
): DemoWorkspace | undefined {
  const fresh = makeDemoCredentials(spec);
  const found = kept.find(({ id }) => id === fresh.id);
  const isWhole =
    found !== undefined &&
    fresh.users.every(({ email, role }) => found.users.some((user) => user.email === email && user.role === role)) &&
    fresh.tokens.every(({ label }) => found.tokens.some((token) => token.label === label));
  return isWhole ? found : undefined;
}

function makeTokens({ isForBenchmarks }: DemoWorkspaceSpec): DemoToken[] {
  const fullAccess: DemoToken = { label: 'Full access', token: mintApiToken('live').secret, scopes: [...scopes] };
  if (isForBenchmarks) return [fullAccess];
  return [
    fullAccess,
    { label: 'Contacts read-only', token: mintApiToken('live').secret, scopes: ['contacts:read'] },
    { label: 'Sandbox', token: mintApiToken('test').secret, scopes: [...scopes] },
  ];
}
