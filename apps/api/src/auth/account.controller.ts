import {
  noQuery,
  passwordChangeBody,
  profileBody,
  type NoQuery,
  type OwnSessionsData,
  type PasswordChangeBody,
  type ProfileBody,
  type ProfileData,
} from '@calkeep/contract';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { RecentMfa, SignedIn } from '../http/access.js';
import type { Caller } from '../http/credential-resolver.js';
import { CurrentCaller, CurrentSession } from '../http/current-session.js';
import type { Session } from '../http/session.js';
import { CurrentCookie, type CookieJar } from './current-cookie.js';
import { OwnSessionsService } from './own-sessions.service.js';
import { PasswordChangeService } from './password-change.service.js';
import { ProfileService } from './profile.service.js';

@Controller('app/auth')
export class AccountController {
  constructor(
    private readonly sessions: OwnSessionsService,
    private readonly passwordChanges: PasswordChangeService,
    private readonly profiles: ProfileService,
  ) {}

  @Get('sessions')
  @SignedIn()
  async listSessions(
    @CurrentSession() session: Session,
    @Query({ schema: noQuery }) _query: NoQuery,
  ): Promise<OwnSessionsData> {
    return { sessions: await this.sessions.list(session) };
  }

  @Delete('sessions/:id')
  @HttpCode(204)
  @SignedIn()
  async endSession(
    @CurrentSession() session: Session,
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    await this.sessions.end(session, id, caller);
  }

  @Delete('sessions')
  @HttpCode(204)
  @SignedIn()
  async endOtherSessions(@CurrentSession() session: Session, @CurrentCaller() caller: Caller): Promise<void> {
    await this.sessions.endOthers(session, caller);
  }

  @Post('password')
  @HttpCode(200)
  @SignedIn()
  @RecentMfa('if-enrolled')
  async changePassword(
    @CurrentSession() session: Session,
    @Body({ schema: passwordChangeBody }) body: PasswordChangeBody,
    @CurrentCaller() caller: Caller,
    @CurrentCookie() cookie: CookieJar,
  ): Promise<Record<string, never>> {
    cookie.set(await this.passwordChanges.change(session, body, caller));
    return {};
  }

  @Patch('profile')
  @SignedIn()
  async rename(
    @CurrentSession() session: Session,
    @Body({ schema: profileBody }) { name }: ProfileBody,
  ): Promise<ProfileData> {
    return { user: await this.profiles.rename(session, name) };
  }
}
