import {
  codeBody,
  emptyBody,
  type CodeBody,
  type EmptyBody,
  type ProofData,
  type TotpConfirmationData,
  type TotpEnrolmentData,
} from '@calkeep/contract';
import { Body, Controller, Delete, HttpCode, Post } from '@nestjs/common';
import { CurrentCookie, type CookieJar } from '../auth/current-cookie.js';
import { PendingSession, RecentMfa, SignedIn } from '../http/access.js';
import { CurrentPerson, type PersonCaller } from '../http/current-session.js';
import { proofAnswer, setupAnswer } from './proof-answer.js';
import { TotpEnrolmentService } from './totp-enrolment.service.js';
import { TotpService } from './totp.service.js';

@Controller('app/auth/mfa/totp')
export class TotpController {
  constructor(
    private readonly enrolment: TotpEnrolmentService,
    private readonly totp: TotpService,
  ) {}

  @Post('enroll')
  @HttpCode(200)
  @SignedIn()
  @RecentMfa('if-enrolled')
  enroll(
    @CurrentPerson() person: PersonCaller,
    @Body({ schema: emptyBody }) _body: EmptyBody,
  ): Promise<TotpEnrolmentData> {
    return this.enrolment.begin(person);
  }

  @Post('confirm')
  @HttpCode(200)
  @SignedIn()
  @RecentMfa('if-enrolled')
  async confirm(
    @CurrentPerson() person: PersonCaller,
    @Body({ schema: codeBody }) { code }: CodeBody,
    @CurrentCookie() cookie: CookieJar,
  ): Promise<TotpConfirmationData> {
    const { ticket, used } = await this.enrolment.confirm(person, code);
    cookie.set(ticket);
    return setupAnswer(ticket, used);
  }

  @Post('verify')
  @HttpCode(200)
  @PendingSession()
  async verify(
    @CurrentPerson() person: PersonCaller,
    @Body({ schema: codeBody }) { code }: CodeBody,
    @CurrentCookie() cookie: CookieJar,
  ): Promise<ProofData> {
    const { ticket } = await this.totp.verify(person, code);
    cookie.set(ticket);
    return proofAnswer(ticket);
  }

  @Delete()
  @HttpCode(204)
  @SignedIn()
  @RecentMfa()
  async remove(@CurrentPerson() person: PersonCaller): Promise<void> {
    await this.totp.remove(person);
  }
}
