import { createHash } from 'node:crypto'
import { type Dirent, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { faultBehind } from '../core/system-fault.ts'
import { configHome, dataHome } from '../system/user-folders.ts'

/** Where the user's own opencode keeps what models and credentials come from. All of it is only read. */
export interface UserSetup {
  configFolder: string
  authFile: string
  /** `OPENCODE_CONFIG`, absolute. */
  configFile: string | undefined
}

/** opencode follows the XDG variables on every platform. */
export function locateUserSetup(env: NodeJS.ProcessEnv): UserSetup {
  return {
    configFolder: join(configHome(env), 'opencode'),
    authFile: join(dataHome(env), 'opencode', 'auth.json'),
    configFile: env.OPENCODE_CONFIG ? resolve(env.OPENCODE_CONFIG) : undefined,
  }
}

/**
 * A digest that changes when the user's configuration or credentials do: file times and sizes, and the environment
 * that opencode reads providers from. Contents of files are not read; values of variables are only hashed.
 * @param ownProviders what is injected beside it
 * @throws the system's error where it has run out of something, which says nothing of the files
 */
export function fingerprint(setup: UserSetup, env: NodeJS.ProcessEnv, ownProviders: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(ownProviders))
  const files = [setup.authFile, ...(setup.configFile ? [setup.configFile] : []), ...listFiles(setup.configFolder)]
  for (const file of files) hash.update(`${file} ${stamp(file)}\n`)
  for (const name of Object.keys(env).sort()) {
    if (name.startsWith('OPENCODE_') && !name.startsWith('OPENCODE_BRIDGE_')) hash.update(`${name}=${env[name]}\n`)
    // A key in the environment switches a provider on.
    else if (/KEY|TOKEN|SECRET|CREDENTIAL|PROFILE|REGION|PROJECT/.test(name) && !name.startsWith('OPENCODE_BRIDGE_')) hash.update(`${name}=${env[name]}\n`)
  }
  return hash.digest('hex')
}

function stamp(file: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(file)
    return `${mtimeMs} ${size} ${ino}`
  } catch (error) {
    passFault(error)
    return 'absent'
  }
}

/** opencode reads agents, plugins and commands two levels deep; what npm installs beside them is no configuration. */
function listFiles(folder: string, depth = 3): string[] {
  if (depth === 0) return []
  let entries: Dirent[]
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    passFault(error)
    return []
  }
  return entries
    .filter((entry) => entry.name !== 'node_modules' && !entry.name.startsWith('.git'))
    .flatMap((entry) => (entry.isDirectory() ? listFiles(join(folder, entry.name), depth - 1) : [join(folder, entry.name)]))
    .sort()
}

function passFault(error: unknown): void {
  if (faultBehind(error) !== undefined) throw error
}
