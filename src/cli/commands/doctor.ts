import { defineCommand } from 'citty'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { interruptible } from '../terminal/interrupts.ts'
import { print, printJson } from '../terminal/output.ts'
import { commonArgs, loadSettings } from '../command-line/settings.ts'
import { renderCheck } from '../terminal/render-check.ts'
import { startSpinner } from '../terminal/spinner.ts'

export default defineCommand({
  meta: { name: 'doctor', description: 'Check the installation, with one real request to the demo model' },
  args: {
    model: { type: 'string', alias: 'm', description: 'Ask this model, too: the running daemon, else one for this check', valueHint: 'id' },
    ...commonArgs,
    json: { type: 'boolean', description: 'Print the list of checks' },
  },
  run({ args }): Promise<ExitCode> {
    return interruptible(async (signal) => {
      const stopSpinner = startSpinner('examining')
      const { examine } = await import('../doctor/examine.ts')
      const checks = await examine(() => loadSettings(args), args.model, signal).finally(stopSpinner)
      if (args.json) await printJson(checks)
      else await print(checks.map(renderCheck).join(''))
      return checks.some(({ status }) => status === 'fail') ? exitCodes.failure : exitCodes.ok
    })
  },
})
