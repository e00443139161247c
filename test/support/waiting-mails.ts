import { SealingKeyring } from '@calkeep/security';
import { mailSealContext } from '../../apps/api/src/mail/mail-seal-context.js';
import type { Mail } from '../../apps/api/src/mail/mailer.js';
import { arrange } from './builders.js';
import { secretSettings } from './secrets.js';

const sealing = SealingKeyring.parse(secretSettings.SEALING_KEYS);

/** The mails in the outbox of a workspace, the oldest first. Where a worker runs they do not stay there. */
export async function waitingMails(workspace: { uuid: string }): Promise<Mail[]> {
  const { rows } = await arrange(workspace.uuid, (client) =>
    client.query<{ keyId: string; sealed: string }>(
      `select payload->>'keyId' as "keyId", payload->>'sealed' as sealed from outbox
       where workspace_id = $1 and topic = 'mail' order by id`,
      [workspace.uuid],
    ),
  );
  return rows.map(({ keyId, sealed }) => {
    const opened = sealing.open({ keyId, sealed: Buffer.from(sealed, 'base64') }, mailSealContext(workspace.uuid));
    return JSON.parse(opened.toString()) as Mail;
  });
}
