import { isAtLeast } from '../system/versions.ts'

/**
 * The versions of opencode that the bridge works with, both included: the contract suite was run against them (`npm run
 * test:opencode`). The newest is the one that is installed with the bridge.
 */
export const SUPPORTED = { oldest: '1.14.34', newest: '1.18.33' } as const

export interface Misfit {
  /** Whether our plugin cannot work in it; otherwise nobody has tried. */
  tooOld: boolean
  /** A sentence for people, without its full stop. */
  why: string
}

/** What is wrong with a version; nothing where it is supported. */
export function misfitOf(version: string): Misfit | undefined {
  const { oldest, newest } = SUPPORTED
  // Builds of opencode's own branches are called 0.0.0-…, and are as new as they like.
  if (!version.startsWith('0.0.0-') && !isAtLeast(version, oldest)) {
    return { tooOld: true, why: `opencode ${version} is too old for the bridge, which needs ${oldest} or later` }
  }
  if (isAtLeast(version, oldest) && isAtLeast(newest, version)) return undefined
  return { tooOld: false, why: `opencode ${version} is none of the versions that the bridge is tested with, ${oldest} to ${newest}` }
}
