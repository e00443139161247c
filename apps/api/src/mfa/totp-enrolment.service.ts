import type { TotpEnrolmentData } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import { totpAuthUrl } from '@calkeep/security';
import { Injectable } from '@nestjs/common';
import { renderSVG } from 'uqr';
import type { PersonCaller } from '../http/current-session.js';
import type { Proven } from './factor-proofs.js';
import { FactorSetup, type SetupResult } from './factor-setup.js';
import { totpFactor } from './factor.js';
import { TotpSecrets } from './totp-secrets.js';
import { TotpRepository } from './totp.repository.js';

const issuer = 'CalKeep';
/** How long the person may take to scan the code. */
const enrolmentSeconds = 900;
/** Of the QR code, in its modules (ISO/IEC 18004). */
const quietZone = 4;

@Injectable()
export class TotpEnrolmentService {
  constructor(
    private readonly database: Database,
    private readonly totp: TotpRepository,
    private readonly secrets: TotpSecrets,
    private readonly setup: FactorSetup,
  ) {}

  /** The one time that the secret is told. An enrolment that was begun before is void. */
  async begin({ session: { user } }: PersonCaller): Promise<TotpEnrolmentData> {
    const { secret, sealed } = this.secrets.make(user.id);
    await this.database.transaction((tx) =>
      this.totp.saveEnrolment(tx, user.id, { sealed, ttlSeconds: enrolmentSeconds }),
    );
    const otpauthUrl = totpAuthUrl({ secret, issuer, account: user.email });
    return { secret, otpauthUrl, qrSvg: renderSVG(otpauthUrl, { border: quietZone }) };
  }

  /**
   * Takes the place of an earlier TOTP factor. A wrong code leaves the enrolment open.
   * @throws AppError `invalid_code`, `conflict`, `rate_limited`
   */
  async confirm(person: PersonCaller, code: string): Promise<Proven<SetupResult<true>>> {
    const userId = person.session.user.id;
    const request = { person, factor: totpFactor };
    await this.setup.begin(request);
    return this.setup.complete(request, async (tx) => {
      const sealed = await this.totp.findEnrolment(tx, userId);
      if (!sealed) throw new AppError('conflict', { message: 'No enrolment is open; begin it again.' });
      const timeStep = this.secrets.verify(userId, { sealed, code, afterTimeStep: null });
      if (timeStep === null) return null;
      await this.totp.removeEnrolment(tx, userId);
      await this.totp.replaceFactor(tx, userId, { sealed, timeStep });
      return true;
    });
  }
}
