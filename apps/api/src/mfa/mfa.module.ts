import { Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { FactorProofs } from './factor-proofs.js';
import { FactorRemoval } from './factor-removal.js';
import { FactorSetup } from './factor-setup.js';
import { PasskeyAuthenticationService } from './passkey-authentication.service.js';
import { PasskeyCeremoniesController } from './passkey-ceremonies.controller.js';
import { PasskeyRegistrationService } from './passkey-registration.service.js';
import { PasskeysController } from './passkeys.controller.js';
import { PasskeysRepository } from './passkeys.repository.js';
import { PasskeysService } from './passkeys.service.js';
import { RecoveryCodes } from './recovery-codes.js';
import { RecoveryCodesRepository } from './recovery-codes.repository.js';
import { RecoveryController } from './recovery.controller.js';
import { RecoveryService } from './recovery.service.js';
import { RelyingParty } from './relying-party.js';
import { SecondFactorsController } from './second-factors.controller.js';
import { SecondFactorsRepository } from './second-factors.repository.js';
import { SecondFactorsService } from './second-factors.service.js';
import { TotpEnrolmentService } from './totp-enrolment.service.js';
import { TotpSecrets } from './totp-secrets.js';
import { TotpController } from './totp.controller.js';
import { TotpRepository } from './totp.repository.js';
import { TotpService } from './totp.service.js';
import { WebauthnChallenges } from './webauthn-challenges.js';

const shared = [FactorProofs, FactorSetup, FactorRemoval, SecondFactorsService, SecondFactorsRepository];
const totp = [TotpService, TotpEnrolmentService, TotpSecrets, TotpRepository];
const passkeys = [
  PasskeysService,
  PasskeyRegistrationService,
  PasskeyAuthenticationService,
  PasskeysRepository,
  WebauthnChallenges,
  RelyingParty,
];
const recovery = [RecoveryService, RecoveryCodes, RecoveryCodesRepository];

@Module({
  imports: [AuditLogModule, SessionsModule],
  controllers: [
    SecondFactorsController,
    TotpController,
    PasskeyCeremoniesController,
    PasskeysController,
    RecoveryController,
  ],
  providers: [...shared, ...totp, ...passkeys, ...recovery],
})
export class MfaModule {}
