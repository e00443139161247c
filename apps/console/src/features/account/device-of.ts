import Bowser from 'bowser';
import { texts } from '../../texts/index.js';

/** What a user agent is, in people's words. */
export function deviceOf(userAgent: string | null): string {
  const { unknownDevice, on } = texts.account.sessions;
  if (userAgent === null || userAgent === '') return unknownDevice;
  const parsed = Bowser.parse(userAgent);
  const browser = [parsed.browser.name, parsed.browser.version?.split('.')[0]].filter(Boolean).join(' ');
  const system = parsed.os.name;
  if (browser === '') return userAgent.slice(0, 60);
  return system === undefined ? browser : on(browser, system);
}
