import {
  invitationSecretBody,
  invitedSignUpBody,
  type AcceptedInvitationData,
  type InvitationPreviewData,
  type InvitationSecretBody,
  type InvitedSignUpBody,
  type SignUpData,
} from '@calkeep/contract';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CurrentCookie, type CookieJar } from '../auth/current-cookie.js';
import { Anonymous, SignedIn } from '../http/access.js';
import type { Caller } from '../http/credential-resolver.js';
import { CurrentCaller, CurrentSession } from '../http/current-session.js';
import type { Session } from '../http/session.js';
import { AcceptanceService } from './acceptance.service.js';
import { InvitedSignUpService } from './invited-sign-up.service.js';

/** The side of those who were invited. The secret comes in the body: a path would be in every log on the way. */
@Controller('app/invitations')
export class AcceptanceController {
  constructor(
    private readonly acceptance: AcceptanceService,
    private readonly signUps: InvitedSignUpService,
  ) {}

  @Post('lookup')
  @Anonymous()
  @HttpCode(200)
  lookup(
    @CurrentCaller() caller: Caller,
    @Body({ schema: invitationSecretBody }) { secret }: InvitationSecretBody,
  ): Promise<InvitationPreviewData> {
    return this.acceptance.preview(secret, caller);
  }

  @Post('accept')
  @SignedIn()
  @HttpCode(200)
  accept(
    @CurrentSession() { user }: Session,
    @CurrentCaller() caller: Caller,
    @Body({ schema: invitationSecretBody }) { secret }: InvitationSecretBody,
  ): Promise<AcceptedInvitationData> {
    return this.acceptance.accept(secret, { user, caller });
  }

  @Post('sign-up')
  @Anonymous()
  async signUp(
    @CurrentCaller() caller: Caller,
    @CurrentCookie() cookie: CookieJar,
    @Body({ schema: invitedSignUpBody }) body: InvitedSignUpBody,
  ): Promise<SignUpData> {
    const { ticket, data } = await this.signUps.signUp(body, { caller, secret: cookie.secret });
    cookie.set(ticket);
    return data;
  }
}
