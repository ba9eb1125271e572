import type { DaemonStatus } from '../../server/status.ts'
import type { Config } from '../../config/schema.ts'
import { formatDuration } from '../terminal/format.ts'
import { renderLanes } from '../terminal/status-text.ts'
import { withTemporaryDaemon } from '../daemon/temporary-daemon.ts'
import { failed, type Check } from './check.ts'
import { command } from '../command-line/called-as.ts'

const DEMO_MODEL = 'demo/echo'
const WORD = 'opencode-bridge-doctor'

/** Sends one real request through HTTP, the pool, opencode and the demo model, and looks at how it travelled. */
export async function checkRoundTrip(config: Config, signal: AbortSignal): Promise<Check[]> {
  const handshake = 'plugin handshake'
  const roundTrip = 'round trip'
  const fix = `\`${command} ask -m demo/echo --verbose hello\` shows the log`
  const checks: Check[] = []
  try {
    await withTemporaryDaemon({ config, minIdle: 1, demo: true }, async (client) => {
      const started = Date.now()
      const { choices } = await client.chat({ model: DEMO_MODEL, messages: [{ role: 'user', content: WORD }] }, { signal })
      const duration = formatDuration(Date.now() - started)
      // Only after the request, because a process is warmed in the background: before it, no mode is known.
      const { engine, requests } = await client.status()
      checks.push(
        engine.mode === 'native'
          ? { name: handshake, status: 'ok', detail: 'native mode' }
          : {
              name: handshake,
              status: 'warn',
              detail: `PLAIN MODE, prompts are flattened: ${engine.degraded ?? 'no reason given'}`,
              fix: 'use the tested version of opencode, see above',
            },
      )
      if (config.verbose && engine.lastStart) checks.push({ name: 'start', status: 'ok', detail: renderStages(engine.lastStart) })
      const text = choices[0]?.message.content ?? ''
      checks.push(
        text.includes(WORD)
          ? { name: roundTrip, status: 'ok', detail: `${DEMO_MODEL} answered in ${duration}; lane: ${renderLanes(requests.lanes)}` }
          : { name: roundTrip, status: 'fail', detail: `${DEMO_MODEL} answered something else: ${JSON.stringify(text.slice(0, 80))}`, fix },
      )
    })
  } catch (error) {
    if (checks.length === 0) checks.push(failed(handshake, error, fix))
    checks.push(failed(roundTrip, error, fix))
  }
  return checks
}

/** Of a process of opencode's, by stage. */
function renderStages({ hello, ready }: NonNullable<DaemonStatus['engine']['lastStart']>): string {
  return `a process is ready after ${ready} ms: ${hello} until opencode has loaded the plugin, ${ready - hello} to warm up`
}
