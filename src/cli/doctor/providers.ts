import type { Config } from '../../config/schema.ts'
import { connectCopilot } from '../terminal/connect-copilot.ts'
import { count } from '../terminal/format.ts'
import { withTemporaryDaemon } from '../daemon/temporary-daemon.ts'
import { failed, type Check } from './check.ts'

/** Which providers the user's opencode can use. Names only: no credential is read or shown. */
export async function checkProviders(config: Config, signal: AbortSignal): Promise<Check> {
  const name = 'providers'
  try {
    return await withTemporaryDaemon({ config, minIdle: 0 }, async (client, { demo }): Promise<Check> => {
      const { data } = await client.models(signal)
      if (demo || data.length === 0) {
        return { name, status: 'warn', detail: 'none is connected, so only demo/echo answers', fix: connectCopilot.replace('\n', ' ') }
      }
      const providers = new Set(data.map(({ id }) => id.slice(0, id.indexOf('/'))))
      return { name, status: 'ok', detail: `${[...providers].join(', ')} (${count(data.length, 'model')})` }
    })
  } catch (error) {
    return failed(name, error, '`opencode models` shows what opencode itself says')
  }
}
