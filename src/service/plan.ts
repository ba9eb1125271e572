/** What a manager of services is to run, and how. All paths are absolute. */
export interface ServicePlan {
  /** The executable of Node. */
  node: string
  /** Our own, in an installation that stays. */
  script: string
  /** Of the script: `start`, and its options. */
  args: readonly string[]
  /** The folder it runs in: the user's home. */
  folder: string
  /** What the service has of the environment of whoever installed it. No secrets of ours. */
  environment: Readonly<Record<string, string>>
  /** Where the user may keep variables that are secret; it need not exist. Only systemd reads it. */
  environmentFile: string
  /** Where its log goes, unless the manager keeps it. */
  log: string
  /** How long a stop may take before it is killed. Seconds. */
  stopSeconds: number
}

/** What the service is called, by every manager. */
export const SERVICE = 'opencode-bridge'

/** Beyond the time that running requests have, for the daemon's own clean-up. Seconds. */
const STOP_MARGIN = 30

/** @param drainTimeout milliseconds */
export function stopSecondsFor(drainTimeout: number): number {
  return Math.ceil(drainTimeout / 1000) + STOP_MARGIN
}

/** A connection is a descriptor, and so is each pipe of a process. */
export const OPEN_FILES = 65_536
