import {
  noQuery,
  signInBody,
  signUpBody,
  type NoQuery,
  type SessionData,
  type SignInBody,
  type SignInData,
  type SignUpBody,
  type SignUpData,
} from '@calkeep/contract';
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { Anonymous, PendingSession } from '../http/access.js';
import type { Caller } from '../http/credential-resolver.js';
import { CurrentCaller, CurrentSession } from '../http/current-session.js';
import type { Session } from '../http/session.js';
import { CurrentCookie, type CookieJar } from './current-cookie.js';
import { FirstWorkspace } from './first-workspace.js';
import { OwnSessionsService } from './own-sessions.service.js';
import { SignInService } from './sign-in.service.js';
import { SignUpService } from './sign-up.service.js';

@Controller('app/auth')
export class AuthController {
  constructor(
    private readonly signUps: SignUpService,
    private readonly signIns: SignInService,
    private readonly sessions: OwnSessionsService,
    private readonly firstWorkspace: FirstWorkspace,
  ) {}

  @Post('sign-up')
  @Anonymous()
  async signUp(
    @Body({ schema: signUpBody }) { workspaceName, ...body }: SignUpBody,
    @CurrentCaller() caller: Caller,
    @CurrentCookie() cookie: CookieJar,
  ): Promise<SignUpData> {
    const join = this.firstWorkspace.found(workspaceName, caller);
    const { ticket, data } = await this.signUps.signUp(body, { caller, secret: cookie.secret }, join);
    cookie.set(ticket);
    return data;
  }

  @Post('sign-in')
  @HttpCode(200)
  @Anonymous()
  async signIn(
    @Body({ schema: signInBody }) body: SignInBody,
    @CurrentCaller() caller: Caller,
    @CurrentCookie() cookie: CookieJar,
  ): Promise<SignInData> {
    const { ticket, data } = await this.signIns.signIn(body, { caller, secret: cookie.secret });
    cookie.set(ticket);
    return data;
  }

  @Get('session')
  @PendingSession()
  describe(@CurrentSession() session: Session, @Query({ schema: noQuery }) _query: NoQuery): Promise<SessionData> {
    return this.sessions.describe(session);
  }

  @Post('sign-out')
  @HttpCode(204)
  @PendingSession()
  async signOut(@CurrentSession() session: Session, @CurrentCookie() cookie: CookieJar): Promise<void> {
    await this.sessions.signOut(session);
    cookie.clear();
  }
}
