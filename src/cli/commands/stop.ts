import { defineCommand } from 'citty'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { note } from '../terminal/output.ts'
import { commonArgs, loadSettings } from '../command-line/settings.ts'
import { endRunning, findRunning } from '../daemon/end-running.ts'

export default defineCommand({
  meta: { name: 'stop', description: 'Stop the daemon once its running requests are done' },
  args: { ...commonArgs, force: { type: 'boolean', description: 'Kill it when it does not stop in time' } },
  async run({ args }): Promise<ExitCode> {
    const settings = await loadSettings(args)
    const state = await findRunning(settings)
    await endRunning(state, { patience: settings.config.drainTimeout, force: args.force === true })
    note(`The daemon at ${state.url} has stopped.`)
    return exitCodes.ok
  },
})
