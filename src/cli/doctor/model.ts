import type { LoadedConfig } from '../../config/load.ts'
import { command } from '../command-line/called-as.ts'
import { withDaemon } from '../daemon/connect.ts'
import { formatDuration } from '../terminal/format.ts'
import { type Check, failed } from './check.ts'

const QUESTION = 'Answer with the word ready, and nothing else.'

/** Asks a model of the user's, through the daemon that runs or one of this check's own. It costs a few tokens. */
export async function checkModel(settings: LoadedConfig, model: string, signal: AbortSignal): Promise<Check> {
  const name = 'model'
  try {
    return await withDaemon(settings, 1, async ({ client }): Promise<Check> => {
      const started = Date.now()
      const { choices } = await client.chat({ model, messages: [{ role: 'user', content: QUESTION }] }, { signal })
      const said = (choices[0]?.message.content ?? '').trim()
      const duration = formatDuration(Date.now() - started)
      if (said === '')
        return { name, status: 'warn', detail: `${model} answered nothing after ${duration}`, fix: `${command} ask -m ${model} "hello" tries it again` }
      return { name, status: 'ok', detail: `${model} answered in ${duration}: ${JSON.stringify(said.slice(0, 80))}` }
    })
  } catch (error) {
    return failed(name, error, `${command} models lists those there are; --verbose shows the log`)
  }
}
