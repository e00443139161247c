import type { DataMode, WorkspaceBookingsQuery, WorkspaceContactsQuery, WorkspaceTasksQuery } from '@calkeep/contract';
import { Injectable } from '@nestjs/common';
import { BookingsService } from '../bookings/bookings.service.js';
import { ContactsService } from '../contacts/contacts.service.js';
import type { WorkspaceCaller } from '../http/current-session.js';
import type { Principal } from '../http/principal.js';
import type { FoundList } from '../resources/found-walk.js';
import { SandboxService } from '../sandbox/sandbox.service.js';
import { TasksService } from '../tasks/tasks.service.js';

/** What the workspace's tokens see, for its members to look at: the public lists themselves. */
@Injectable()
export class WorkspaceDataService {
  constructor(
    private readonly contacts: ContactsService,
    private readonly bookings: BookingsService,
    private readonly tasks: TasksService,
    private readonly sandbox: SandboxService,
  ) {}

  async listContacts(member: WorkspaceCaller, { mode, ...query }: WorkspaceContactsQuery): Promise<FoundList> {
    return this.contacts.list(await this.#seenIn(member, mode), query);
  }

  async listBookings(member: WorkspaceCaller, { mode, ...query }: WorkspaceBookingsQuery): Promise<FoundList> {
    return this.bookings.list(await this.#seenIn(member, mode), query);
  }

  async listTasks(member: WorkspaceCaller, { mode, ...query }: WorkspaceTasksQuery): Promise<FoundList> {
    return this.tasks.list(await this.#seenIn(member, mode), query);
  }

  async #seenIn(member: WorkspaceCaller, mode: DataMode): Promise<Pick<Principal, 'workspaceId'>> {
    const { workspaceId } = member.membership;
    return { workspaceId: mode === 'live' ? workspaceId : await this.sandbox.idOf(member) };
  }
}
