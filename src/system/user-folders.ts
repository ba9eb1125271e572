import { homedir, userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * Where programs keep what belongs to their user, by the XDG variables on every platform. A relative path counts as
 * unset, as the specification says: it would be a folder of whatever folder a command happens to run in, and what lies
 * there may be a stranger's.
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export type Environment = Readonly<Record<string, string | undefined>>

/** What the user sets. */
export function configHome(env: Environment): string {
  return absolute(env.XDG_CONFIG_HOME) ?? join(userHome(env), '.config')
}

/** What programs keep for good, logins among it. */
export function dataHome(env: Environment): string {
  return absolute(env.XDG_DATA_HOME) ?? join(userHome(env), '.local', 'share')
}

/** What outlives a program, but is of this machine only. */
export function stateHome(env: Environment): string {
  return absolute(env.XDG_STATE_HOME) ?? join(userHome(env), '.local', 'state')
}

/** What can be lost. */
export function cacheHome(env: Environment): string {
  return absolute(env.XDG_CACHE_HOME) ?? join(userHome(env), '.cache')
}

export function userHome(env: Environment): string {
  // Node's own answer is `HOME` too, whatever it says; the system's list of users has the last word.
  return absolute(env.HOME) ?? absolute(homedir()) ?? userInfo().homedir
}

function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined
}
