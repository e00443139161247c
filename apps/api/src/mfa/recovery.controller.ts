import {
  codeBody,
  emptyBody,
  type CodeBody,
  type EmptyBody,
  type RecoveryCodesData,
  type RecoveryData,
} from '@calkeep/contract';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CurrentCookie, type CookieJar } from '../auth/current-cookie.js';
import { PendingSession, RecentMfa, SignedIn } from '../http/access.js';
import { CurrentPerson, type PersonCaller } from '../http/current-session.js';
import { RecoveryService } from './recovery.service.js';

@Controller('app/auth/mfa/recovery')
export class RecoveryController {
  constructor(private readonly recovery: RecoveryService) {}

  @Post('verify')
  @HttpCode(200)
  @PendingSession()
  async verify(
    @CurrentPerson() person: PersonCaller,
    @Body({ schema: codeBody }) { code }: CodeBody,
    @CurrentCookie() cookie: CookieJar,
  ): Promise<RecoveryData> {
    const { ticket, used: remaining } = await this.recovery.verify(person, code);
    cookie.set(ticket);
    return { recoveryCodes: { remaining } };
  }

  @Post('regenerate')
  @HttpCode(200)
  @SignedIn()
  @RecentMfa()
  async regenerate(
    @CurrentPerson() person: PersonCaller,
    @Body({ schema: emptyBody }) _body: EmptyBody,
  ): Promise<RecoveryCodesData> {
    return { recoveryCodes: await this.recovery.regenerate(person) };
  }
}
