import { existsSync, mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { BridgeError } from '../core/errors.ts'
import { cacheHome, type Environment } from '../system/user-folders.ts'

/**
 * What opencode runs, or reads plugins to run from, in every folder above the one it works in, whatever its
 * configuration says (1.18.33). In `/tmp` any user of the machine could leave it for all others.
 */
const PLANTED = ['.opencode', 'opencode.json', 'opencode.jsonc']

/**
 * Where the folders of our processes may be: the system's place for temporary files, if nobody else can write above
 * it, as on macOS and Windows; else a folder of the user's own.
 */
export function privateParent(env: Environment): string {
  const usual = env.TMPDIR || tmpdir()
  if (writableAbove(usual).length === 0) return usual
  const own = join(cacheHome(env), 'opencode-bridge', 'run')
  try {
    mkdirSync(own, { recursive: true, mode: 0o700 })
    if (writableAbove(own).length === 0) return own
  } catch {
    // A user without a home.
  }
  return usual
}

/**
 * To be called before each start of opencode in a folder that others can write above, where there was no better place.
 * @throws BridgeError 503 `opencode_unusable` that names what they left there
 */
export function assertNothingPlanted(folder: string): void {
  const planted = writableAbove(folder)
    .flatMap((place) => PLANTED.map((name) => join(place, name)))
    .find((path) => existsSync(path))
  if (planted === undefined) return
  throw new BridgeError(`opencode would run what ${planted} holds, and others can write there; remove it, or set TMPDIR to a folder of your own.`, {
    code: 'opencode_unusable',
    status: 503,
  })
}

/**
 * Makes a folder one that opencode can be started in. It is a Bun program, which looks for its own modules where the
 * nearest `tsconfig.json` says; without one in the folder itself, in those above.
 */
export function sealFolder(folder: string): void {
  writeFileSync(join(folder, SEAL), '{}\n', { mode: 0o600 })
}

export const SEAL = 'tsconfig.json'

/** The folders from this one up that others than this user and the system can write. */
function writableAbove(folder: string): string[] {
  // Windows tells nothing by modes, and has temporary files with each user's own.
  if (process.getuid === undefined) return []
  const own = { uid: process.getuid(), gid: process.getgid!() }
  return upwards(realpathSync(folder)).filter((path) => {
    const { uid, gid, mode } = statSync(path)
    const byOthers = (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== own.gid && gid !== 0)
    return byOthers || (uid !== own.uid && uid !== 0)
  })
}

/** A folder and all above it. */
export function upwards(folder: string): string[] {
  const parent = dirname(folder)
  return parent === folder ? [folder] : [folder, ...upwards(parent)]
}
