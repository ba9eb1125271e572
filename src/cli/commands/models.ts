import { defineCommand } from 'citty'
import { withDaemon } from '../daemon/connect.ts'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { interruptible } from '../terminal/interrupts.ts'
import { note, print, printJson } from '../terminal/output.ts'
import { commonArgs, loadSettings } from '../command-line/settings.ts'
import { startSpinner } from '../terminal/spinner.ts'
import { command } from '../command-line/called-as.ts'

export default defineCommand({
  meta: { name: 'models', description: 'List the models, one id per line' },
  args: { ...commonArgs, json: { type: 'boolean', description: 'Print the list of GET /v1/models' } },
  async run({ args }): Promise<ExitCode> {
    const settings = await loadSettings(args)
    return interruptible(async (signal) => {
      const stopSpinner = startSpinner('reading the models')
      try {
        await withDaemon(settings, 0, async ({ client, demo }) => {
          const list = await client.models(signal)
          stopSpinner()
          if (args.json) await printJson(list)
          else await print(list.data.map(({ id }) => `${id}\n`).join(''), signal)
          if (demo) note(`This is only the demo model: no provider is connected. ${command} doctor says what to do.`)
        })
      } finally {
        stopSpinner()
      }
      return exitCodes.ok
    })
  },
})
