import { BARE_AGENT } from '../opencode/environment.ts'
import { callHttp } from '../opencode/http-call.ts'
import { serverStart } from '../opencode/http-server.ts'
import { HAS_CHANNEL } from '../opencode/process.ts'
import type { PluginProcessOptions, Start } from './plugin-process.ts'
import { startFailed } from './start-errors.ts'

/** Milliseconds for a server's first answer. */
const FIRST_CALL_TIMEOUT = 30_000

/** An `opencode run` for one request; its stdin is for the prompt, so it hears commands on a descriptor of its own. */
export function oneShotStart(options: Pick<PluginProcessOptions, 'model' | 'agent'>): Start {
  return { task: 'once', channel: HAS_CHANNEL, spawnOptions: () => ({ args: runArguments(options) }) }
}

/** The same for many requests: it waits for a prompt that never comes. Without the descriptor, a server that reads its stdin. */
export function sharedStart(options: Pick<PluginProcessOptions, 'model' | 'agent'>): Start {
  return HAS_CHANNEL ? { task: 'resident', channel: true, spawnOptions: () => ({ args: runArguments(options) }) } : hearingServer()
}

function runArguments({ model, agent = BARE_AGENT }: Pick<PluginProcessOptions, 'model' | 'agent'>): string[] {
  return ['run', ...(model === undefined ? [] : ['--model', model]), '--title', '-', '--format', 'json', '--agent', agent]
}

function hearingServer(): Start {
  return {
    task: 'resident',
    channel: false,
    spawnOptions: (fail) => {
      const { authorization, ...start } = serverStart((url) => {
        // opencode loads plugins with the first call that needs its configuration.
        const call = callHttp(`${url}/config`, { headers: { authorization }, signal: AbortSignal.timeout(FIRST_CALL_TIMEOUT) }, () => {})
        call.then((response) => response.body?.cancel()).catch(() => fail(startFailed('opencode does not answer on its port')))
      })
      return start
    },
  }
}
