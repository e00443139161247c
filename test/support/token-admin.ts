import {
  apiTokenData,
  issuedTokenData,
  revokedTokenData,
  rotatedTokenData,
  type ApiToken,
  type Role,
} from '@calkeep/contract';
import { expect } from 'vitest';
import type { z } from 'zod';
import { aWorkspace, type TestWorkspace } from './builders.js';
import type { Answer } from './client.js';
import { aMember, type Console, type SessionOptions, type TestUser } from './console.js';

type Issued = z.output<typeof issuedTokenData>;

interface TokenAdminOptions extends SessionOptions {
  workspace?: TestWorkspace;
  role?: Role;
  hasTotp?: boolean;
}

/** A member of a workspace, its owner unless a test says otherwise, at the console's page of its tokens. */
export class TokenAdmin {
  readonly path: string;

  private constructor(
    readonly console: Console,
    readonly workspace: TestWorkspace,
    readonly user: TestUser,
  ) {
    this.path = `/app/workspaces/${workspace.id}/api-tokens`;
  }

  static async at(api: { console(): Console }, options: TokenAdminOptions = {}): Promise<TokenAdmin> {
    const { workspace = await aWorkspace(), ...others } = options;
    const user = await aMember({ workspace, ...others });
    return new TokenAdmin(await api.console().enter(user, others), workspace, user);
  }

  /** A request that is good as it is, with these fields. */
  post(body: Record<string, unknown> = {}): Promise<Answer> {
    return this.console.post(this.path, { label: 'CRM sync', scopes: ['contacts:read'], ...body });
  }

  async issue(body: Record<string, unknown> = {}): Promise<Issued> {
    return issuedTokenData.parse(dataOf(await this.post(body), 201));
  }

  postRotate(tokenId: string, overlapSeconds = 0): Promise<Answer> {
    return this.console.post(`${this.path}/${tokenId}/rotate`, { overlapSeconds });
  }

  async rotate(tokenId: string, overlapSeconds = 0): Promise<z.output<typeof rotatedTokenData>> {
    return rotatedTokenData.parse(dataOf(await this.postRotate(tokenId, overlapSeconds), 201));
  }

  postRevoke(tokenId: string, body: Record<string, unknown> = {}): Promise<Answer> {
    return this.console.post(`${this.path}/${tokenId}/revoke`, body);
  }

  async revoke(tokenId: string, body: Record<string, unknown> = {}): Promise<z.output<typeof revokedTokenData>> {
    return revokedTokenData.parse(dataOf(await this.postRevoke(tokenId, body), 200));
  }

  patch(tokenId: string, patch: Record<string, unknown>): Promise<Answer> {
    return this.console.patch(`${this.path}/${tokenId}`, patch);
  }

  async update(tokenId: string, patch: Record<string, unknown>): Promise<ApiToken> {
    return apiTokenData.parse(dataOf(await this.patch(tokenId, patch), 200)).token;
  }

  async get(tokenId: string): Promise<ApiToken> {
    return apiTokenData.parse(dataOf(await this.console.get(`${this.path}/${tokenId}`), 200)).token;
  }
}

function dataOf(answer: Answer, status: number): Record<string, unknown> {
  expect(answer.status, answer.text).toBe(status);
  return answer.data;
}
