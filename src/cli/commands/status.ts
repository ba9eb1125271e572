import { setTimeout as sleep } from 'node:timers/promises'
import { defineCommand } from 'citty'
import { requireRunning } from '../daemon/connect.ts'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { interruptible } from '../terminal/interrupts.ts'
import { clearScreen, print, printJson } from '../terminal/output.ts'
import { commonArgs, loadSettings } from '../command-line/settings.ts'
import { renderStatus } from '../terminal/status-text.ts'

const REDRAW_INTERVAL = 1_000

export default defineCommand({
  meta: { name: 'status', description: 'Show pool, processes and requests of the running daemon' },
  args: {
    ...commonArgs,
    json: { type: 'boolean', description: 'Print JSON' },
    watch: { type: 'boolean', description: 'Redraw every second until Ctrl-C' },
  },
  async run({ args }): Promise<ExitCode> {
    const client = await requireRunning(await loadSettings(args))
    const show = async () => {
      const status = await client.status()
      if (args.json) return printJson(status)
      if (args.watch) clearScreen()
      return print(renderStatus(status))
    }
    if (!args.watch) {
      await show()
      return exitCodes.ok
    }
    return interruptible(async (signal) => {
      while (!signal.aborted) {
        await show()
        await sleep(REDRAW_INTERVAL, undefined, { signal })
      }
      return exitCodes.ok
    })
  },
})
