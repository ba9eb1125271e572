import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseJSONC } from 'confbox'
import { BridgeError } from '../core/errors.ts'
import { type PluginSettings, SETTINGS_VARIABLE } from '../plugin/contract.ts'
import { directLoopback } from '../system/direct-loopback.ts'
import type { ProcessFolder } from './runtime-folder.ts'

/** Our own agent: a unique name, because opencode merges agents of the same name key by key. */
export const BARE_AGENT = 'opencode-bridge-bare'

const BARE_AGENT_CONFIG = { mode: 'primary', prompt: '-', permission: { '*': 'deny', doom_loop: 'allow' } }

/** The user's variables that would change what a process of the bridge is, and the bridge's own with its keys. */
const DROPPED = /^(OPENCODE_(BRIDGE_.*|PURE|BIN|PERMISSION|AUTO_SHARE|SERVER_.*|CLIENT)|VITEST.*|NODE_OPTIONS)$/

/**
 * Of a process that is there for one answer: a fifth less CPU time for a start. It hardly compiles, and does not collect a heap
 * that grows to 180 MB. Under load, this would cost one that lives on a tenth of its requests per second.
 */
export const SHORT_LIFE = { BUN_JSC_thresholdForOptimizeAfterWarmUp: '20000', BUN_JSC_largeHeapSize: String(160 * 1024 * 1024) }

export interface EnvironmentOptions {
  env: NodeJS.ProcessEnv
  folder: ProcessFolder
  /** Merged over the user's own `OPENCODE_CONFIG_CONTENT`. */
  config: Record<string, unknown>
  /** Absent in plain mode, which runs without our plugin. */
  plugin?: PluginSettings
  /** Whether the trimmed catalogue of `folder` is to be used. */
  trimmed: boolean
}

/** The environment of an opencode process: everything we want of it is injected here, nothing is written for it. */
export function buildEnvironment({ env, folder, config, plugin, trimmed }: EnvironmentOptions): Record<string, string> {
  const kept = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && !DROPPED.test(entry[0]))
  return {
    ...Object.fromEntries(kept),
    ...folder.env,
    ...directLoopback(env),
    PWD: folder.cwd,
    OPENCODE_DB: ':memory:',
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_PROJECT_CONFIG: '1',
    OPENCODE_DISABLE_CLAUDE_CODE: '1',
    OPENCODE_DISABLE_EXTERNAL_SKILLS: '1',
    // opencode waits for npm's retries before it loads a plugin: 71 s on every start without a network.
    npm_config_fetch_retries: '0',
    // Bun marks the heap some milliseconds after it has changed, so after nearly every event. The variable that ends it is
    // read in the thread of calls; opencode's own thread starts too early for it, and marks with one helper less.
    BUN_GC_TIMER_DISABLE: '1',
    BUN_JSC_numberOfGCMarkers: '1',
    // What runs often enough while opencode starts is compiled by its costliest compiler, and hardly runs again: a sixth of
    // the CPU time of a start. In a worker that lives on, this is put off by a factor of sixteen.
    BUN_JSC_thresholdForFTLOptimizeAfterWarmUp: '1000000',
    ...(livesOn(plugin?.task) ? {} : SHORT_LIFE),
    // A home may be a git repository; opencode would write its id of the project there. Agents work with the user's git.
    ...(plugin?.task === 'agents' ? {} : { GIT_DIR: join(folder.cwd, '.git') }),
    ...(trimmed ? { OPENCODE_MODELS_PATH: folder.modelsFile } : {}),
    ...(plugin ? { [SETTINGS_VARIABLE]: JSON.stringify(plugin) } : {}),
    OPENCODE_CONFIG_CONTENT: JSON.stringify(mergeConfig(env.OPENCODE_CONFIG_CONTENT, config, plugin !== undefined)),
  }
}

function livesOn(task: PluginSettings['task'] | undefined): boolean {
  return task === 'resident' || task === 'agents'
}

function mergeConfig(userContent: string | undefined, config: Record<string, any>, withPlugin: boolean): unknown {
  const user = parseUserContent(userContent)
  return {
    ...user,
    share: 'disabled',
    autoupdate: false,
    ...config,
    agent: { ...user.agent, [BARE_AGENT]: BARE_AGENT_CONFIG },
    provider: { ...user.provider, ...config.provider },
    // Ours comes last, so that its hooks have the last word.
    plugin: [...(user.plugin ?? []), ...(withPlugin ? [pluginUrl()] : [])],
  }
}

function parseUserContent(content: string | undefined): Record<string, any> {
  if (!content) return {}
  try {
    return parseJSONC<Record<string, any>>(content)
  } catch (error) {
    throw new BridgeError('OPENCODE_CONFIG_CONTENT is not valid JSON; correct or unset it.', { code: 'opencode_unusable', status: 503, cause: error })
  }
}

/** The plugin beside this file: TypeScript in a checkout's tests, JavaScript once built; opencode loads both. */
function pluginUrl(): string {
  return new URL(`../plugin/index${extname(fileURLToPath(import.meta.url))}`, import.meta.url).href
}
