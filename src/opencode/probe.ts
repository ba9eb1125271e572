import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { BridgeError } from '../core/errors.ts'
import { PROTOCOL_VERSION } from '../plugin/contract.ts'
import type { ProbedProvider } from '../plugin/probed-models.ts'
import { cacheHome } from '../system/user-folders.ts'
import { BARE_AGENT, buildEnvironment, type EnvironmentOptions } from './environment.ts'
import { describeExit, type OpencodeProcess, type ProcessExit, spawnOpencode } from './process.ts'

/** How long a result is believed without asking again; a provider's own list of models changes now and then. */
const CACHE_LIFETIME = 24 * 60 * 60_000

export interface ProbeOptions extends Pick<EnvironmentOptions, 'env' | 'folder' | 'config'> {
  binary: { path: string; version: string }
  /** Of the user's configuration; see `fingerprint`. */
  fingerprint: string
  /** Milliseconds. */
  timeout: number
  /** Ends the process, and rejects with its reason, when it is aborted. */
  signal: AbortSignal
}

/**
 * Asks one opencode process, with its whole catalogue, which models the user can use. The answer is cached on disk
 * per opencode version and configuration; it holds no secret.
 *
 * Throws `plugin_failed` when opencode ran but our plugin did not speak up, `opencode_unusable` when opencode ended.
 */
export async function probeModels(options: ProbeOptions): Promise<ProbedProvider[]> {
  const cache = cacheFile(options)
  const known = readCache(cache)
  if (known) return known
  const providers = await askOpencode(options)
  writeCache(cache, providers)
  return providers
}

async function askOpencode({ binary, timeout, env, folder, config, signal }: ProbeOptions): Promise<ProbedProvider[]> {
  const plugin = { protocol: PROTOCOL_VERSION, task: 'probe', agent: BARE_AGENT, bare: true } as const
  let child: OpencodeProcess | undefined
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      child = spawnOpencode({
        binary: binary.path,
        args: ['run', '--agent', BARE_AGENT],
        folder,
        env: buildEnvironment({ env, folder, config, trimmed: false, plugin }),
        onFrame: (frame) => {
          if (frame.type === 'models') resolve(frame.providers)
          if (frame.type === 'unfit') reject(pluginFailed(frame.message))
        },
      })
      timer = setTimeout(() => reject(pluginFailed(`it did not report within ${timeout / 1000} s`)), timeout)
      void child.exit.then((exit) => reject(opencodeEnded(exit)))
    })
  } finally {
    clearTimeout(timer)
    await child?.kill()
  }
}

function opencodeEnded(exit: ProcessExit): BridgeError {
  return new BridgeError(`opencode did not start: ${describeExit(exit)}`, {
    code: 'opencode_unusable',
    status: 503,
  })
}

function pluginFailed(why: string): BridgeError {
  return new BridgeError(`The bridge's plugin did not work inside opencode: ${why}`, { code: 'plugin_failed', status: 503 })
}

function cacheFile({ env, binary, fingerprint }: ProbeOptions): string {
  const folder = join(cacheHome(env), 'opencode-bridge')
  const key = createHash('sha256').update(`${PROTOCOL_VERSION} ${binary.version} ${fingerprint}`).digest('hex')
  return join(folder, `models-${key.slice(0, 32)}.json`)
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
    // A cache that cannot be written costs a probe at the next start, no more.
  }
}
