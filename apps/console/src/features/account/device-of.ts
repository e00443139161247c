import Bowser from 'bowser';
import { texts } from '../../texts/index.js';

export interface Device {
  readonly name: string;
  readonly isHandheld: boolean;
}

const shownMax = 60;

/** What a user agent is, in people's words. */
export function deviceOf(userAgent: string | null): Device {
  const { unknownDevice, on } = texts.account.sessions;
  if (userAgent === null || userAgent === '') return { name: unknownDevice, isHandheld: false };
  const { browser, os, platform } = Bowser.parse(userAgent);
  const program = [browser.name, browser.version?.split('.')[0]].filter(Boolean).join(' ');
  const isHandheld = platform.type === 'mobile' || platform.type === 'tablet';
  if (program === '') return { name: userAgent.slice(0, shownMax), isHandheld };
  return { name: os.name === undefined ? program : on(program, os.name), isHandheld };
}
