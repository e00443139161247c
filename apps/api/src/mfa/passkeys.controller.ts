import { passkeyPatchBody, type PasskeyData, type PasskeyPatchBody } from '@calkeep/contract';
import { Body, Controller, Delete, HttpCode, Param, Patch } from '@nestjs/common';
import { RecentMfa, SignedIn } from '../http/access.js';
import { CurrentPerson, type PersonCaller } from '../http/current-session.js';
import { describePasskey } from './describe-passkey.js';
import { PasskeysService } from './passkeys.service.js';

@Controller('app/auth/mfa/webauthn')
export class PasskeysController {
  constructor(private readonly passkeys: PasskeysService) {}

  @Patch(':id')
  @SignedIn()
  async rename(
    @CurrentPerson() person: PersonCaller,
    @Param('id') id: string,
    @Body({ schema: passkeyPatchBody }) { label }: PasskeyPatchBody,
  ): Promise<PasskeyData> {
    return { passkey: describePasskey(await this.passkeys.rename(person, id, label)) };
  }

  @Delete(':id')
  @HttpCode(204)
  @SignedIn()
  @RecentMfa()
  async remove(@CurrentPerson() person: PersonCaller, @Param('id') id: string): Promise<void> {
    await this.passkeys.remove(person, id);
  }
}
