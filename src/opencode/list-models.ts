import { BridgeError } from '../core/errors.ts'
import type { Model } from '../core/model.ts'
import { buildEnvironment, type EnvironmentOptions } from './environment.ts'
import { describeExit, spawnOpencode } from './process.ts'

export interface ListOptions extends Pick<EnvironmentOptions, 'env' | 'folder' | 'config'> {
  binary: { path: string }
  /** Milliseconds. */
  timeout: number
  /** Ends the process, and rejects with its reason, when it is aborted. */
  signal: AbortSignal
}

/**
 * The models by `opencode models`, which prints one id per line, for an opencode that our plugin does not fit.
 * Nothing but the ids is known then. Throws `opencode_unusable`.
 */
export async function listModels({ binary, folder, env, config, timeout, signal }: ListOptions): Promise<Model[]> {
  const ids: string[] = []
  const child = spawnOpencode({
    binary: binary.path,
    args: ['models'],
    folder,
    env: buildEnvironment({ env, folder, config, trimmed: false }),
    onFrame: () => {},
    onLine: (line) => {
      if (/^[^\s/]+\/\S+$/.test(line)) ids.push(line)
    },
  })
  child.submit('')
  const tooLong = AbortSignal.timeout(timeout)
  AbortSignal.any([tooLong, signal]).addEventListener('abort', () => void child.kill(), { once: true })
  const exit = await child.exit
  signal.throwIfAborted()
  if (exit.exitCode !== 0) {
    const why = tooLong.aborted ? `it took longer than ${timeout / 1000} s` : describeExit(exit)
    throw new BridgeError(`opencode could not list its models: ${why}`, { code: 'opencode_unusable', status: 503 })
  }
  return ids.map(unknownModel)
}

function unknownModel(id: string): Model {
  return {
    id,
    provider: id.slice(0, id.indexOf('/')),
    name: id,
    contextLength: 0,
    maxOutputTokens: 0,
    toolCall: false,
    reasoning: false,
    input: { image: false, pdf: false, audio: false },
    wire: 'unknown',
    efforts: [],
    releaseDate: '',
  }
}
