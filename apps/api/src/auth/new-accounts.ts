import { newUuid, type Role } from '@calkeep/contract';
import { Database, type GlobalTransaction } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import { AuditTrail, type AuditEntry } from '../audit-log/audit-trail.js';
import { SessionsService, type SessionTicket } from '../sessions/sessions.service.js';
import type { Browser } from './browser.js';
import type { NewWorkspace } from './new-workspaces.repository.js';
import { signInSucceeded } from './sign-in-entry.js';
import { tentatively } from './tentatively.js';
import { UsersRepository, type User, type UserWithPassword } from './users.repository.js';

/** The workspace that a new person comes into. */
export interface Joined {
  readonly workspace: NewWorkspace;
  readonly role: Role;
  /** For its audit log. */
  readonly entries: readonly AuditEntry[];
}

/**
 * Gives a new person a membership, in a workspace of their own or in one that invited them, and leaves the
 * transaction in that workspace.
 */
export type Join = (tx: GlobalTransaction, user: User) => Promise<Joined>;

export interface NewAccount {
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
}

export interface CreatedAccount extends Joined {
  readonly user: User;
  readonly ticket: SessionTicket & { readonly id: string };
  /** Whose address it is already: then nothing was created, and the session's secret opens nothing. */
  readonly owner: User | null;
}

/**
 * Creates people with their first membership and session. Of an e-mail address that is known it does the same under
 * another one, takes it back and tells the same, so neither the answer nor its time says whose addresses are known.
 * (The session does: whoever uses it sees whether it opens. That takes a sign-up a guess, which are limited, and
 * leaves an account behind for each address that was free. Only confirming addresses by mail would end it.)
 */
@Injectable()
export class NewAccounts {
  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly sessions: SessionsService,
    private readonly audit: AuditTrail,
  ) {}

  /** All or nothing. */
  async create(account: NewAccount, { browser, join }: { browser: Browser; join: Join }): Promise<CreatedAccount> {
    const { email, name, passwordHash } = account;
    const user = { id: newUuid(), email, name };
    const owner = await this.users.findByEmail(email);
    const created = await this.database.transaction(async (tx) => {
      await this.sessions.endBySecret(tx, browser.secret);
      return tentatively(tx, async () => {
        const isKept = await this.#createUser(tx, { ...user, passwordHash }, owner);
        const joined = await join(tx, user);
        return { isKept, ...joined, ticket: await this.#signIn(tx, user, { joined, browser }) };
      });
    });
    return { ...created, user, owner };
  }

  /** @returns whether the address was free. */
  async #createUser(tx: GlobalTransaction, user: UserWithPassword, owner: User | null): Promise<boolean> {
    const isFree = owner === null && (await this.users.create(tx, user));
    if (!isFree) await this.users.create(tx, { ...user, email: `${newUuid()}@taken.invalid` });
    return isFree;
  }

  async #signIn(tx: GlobalTransaction, user: User, { joined, browser }: { joined: Joined; browser: Browser }) {
    const { caller } = browser;
    const ticket = await this.sessions.open(tx, { userId: user.id, isPending: false, caller });
    const entry = signInSucceeded({ user, caller, sessionId: ticket.id, method: null });
    await this.audit.append(tx, joined.workspace.id, [...joined.entries, entry]);
    return ticket;
  }
}
