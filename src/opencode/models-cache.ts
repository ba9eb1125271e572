import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PROTOCOL_VERSION } from '../plugin/contract.ts'
import type { ProbedProvider } from '../plugin/probed-models.ts'
import { cacheHome } from '../system/user-folders.ts'

/** How long a result is believed without asking again; a provider's own list of models changes now and then. */
const CACHE_LIFETIME = 24 * 60 * 60_000

/** What opencode said of the user's models, on disk for the next start; it holds no secret. */
export interface ModelsCache {
  /** Undefined where it has to be asked. */
  read(): ProbedProvider[] | undefined
  write(providers: ProbedProvider[]): void
}

/**
 * @param version opencode's
 * @param fingerprint of the user's configuration; see `fingerprint`
 */
export function modelsCache(env: NodeJS.ProcessEnv, version: string, fingerprint: string): ModelsCache {
  const key = createHash('sha256').update(`${PROTOCOL_VERSION} ${version} ${fingerprint}`).digest('hex')
  const file = join(cacheHome(env), 'opencode-bridge', `models-${key.slice(0, 32)}.json`)
  return { read: () => readCache(file), write: (providers) => writeCache(file, providers) }
}

function readCache(file: string): ProbedProvider[] | undefined {
  try {
    const { at, providers } = JSON.parse(readFileSync(file, 'utf8')) as { at: number; providers: ProbedProvider[] }
    if (Date.now() - at < CACHE_LIFETIME) return providers
    rmSync(file)
  } catch {
    // Absent or damaged: asked again.
  }
  return undefined
}

function writeCache(file: string, providers: ProbedProvider[]): void {
  try {
    const folder = dirname(file)
    mkdirSync(folder, { recursive: true })
    // Ours alone, also where it was made by an earlier version.
    chmodSync(folder, 0o700)
    writeFileSync(file, JSON.stringify({ at: Date.now(), providers }), { mode: 0o600 })
  } catch {
    // A cache that cannot be written costs a question at the next start, no more.
  }
}
