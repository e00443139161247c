import {
  emptyBody,
  passkeyAnswerBody,
  passkeyRegistrationBody,
  type EmptyBody,
  type PasskeyAnswerBody,
  type PasskeyRegistrationBody,
  type PasskeyRegistrationData,
  type ProofData,
} from '@calkeep/contract';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CurrentCookie, type CookieJar } from '../auth/current-cookie.js';
import { PendingSession, RecentMfa, SignedIn } from '../http/access.js';
import { CurrentPerson, type PersonCaller } from '../http/current-session.js';
import { describePasskey } from './describe-passkey.js';
import { PasskeyAuthenticationService } from './passkey-authentication.service.js';
import { PasskeyRegistrationService } from './passkey-registration.service.js';
import { proofAnswer, setupAnswer } from './proof-answer.js';

@Controller('app/auth/mfa/webauthn')
export class PasskeyCeremoniesController {
  constructor(
    private readonly registration: PasskeyRegistrationService,
    private readonly authentication: PasskeyAuthenticationService,
  ) {}

  @Post('register/options')
  @HttpCode(200)
  @SignedIn()
  @RecentMfa('if-enrolled')
  async beginRegistration(@CurrentPerson() person: PersonCaller, @Body({ schema: emptyBody }) _body: EmptyBody) {
    return { options: await this.registration.begin(person) };
  }

  @Post('register/verify')
  @HttpCode(201)
  @SignedIn()
  @RecentMfa('if-enrolled')
  async completeRegistration(
    @CurrentPerson() person: PersonCaller,
    @Body({ schema: passkeyRegistrationBody }) body: PasskeyRegistrationBody,
    @CurrentCookie() cookie: CookieJar,
  ): Promise<PasskeyRegistrationData> {
    const { ticket, used } = await this.registration.complete(person, body);
    cookie.set(ticket);
    return { ...setupAnswer(ticket, used), passkey: describePasskey(used.added) };
  }

  @Post('authenticate/options')
  @HttpCode(200)
  @PendingSession()
  async beginAuthentication(@CurrentPerson() person: PersonCaller, @Body({ schema: emptyBody }) _body: EmptyBody) {
    return { options: await this.authentication.begin(person) };
  }

  @Post('authenticate/verify')
  @HttpCode(200)
  @PendingSession()
  async completeAuthentication(
    @CurrentPerson() person: PersonCaller,
    @Body({ schema: passkeyAnswerBody }) { response }: PasskeyAnswerBody,
    @CurrentCookie() cookie: CookieJar,
  ): Promise<ProofData> {
    const { ticket } = await this.authentication.complete(person, response);
    cookie.set(ticket);
    return proofAnswer(ticket);
  }
}
