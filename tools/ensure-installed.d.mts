/** The parts of npm's lockfiles (version 3) that decide. */
export interface Lockfile {
  packages: Record<
    string,
    { version?: string; link?: boolean; optional?: boolean; devOptional?: boolean; extraneous?: boolean }
  >;
}

export function isNodeTooOld(version: string): boolean;
export function whyInstall(wanted: Lockfile, installed: Lockfile | undefined): string | undefined;
