import { defineCommand } from 'citty'
import type { ListedModel } from '../daemon/client.ts'
import { withDaemon } from '../daemon/connect.ts'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { CliError } from '../command-line/failure.ts'
import { interruptible } from '../terminal/interrupts.ts'
import { note, print, printJson } from '../terminal/output.ts'
import { commonArgs, loadSettings } from '../command-line/settings.ts'
import { count, formatTable } from '../terminal/format.ts'
import { startSpinner } from '../terminal/spinner.ts'
import { command } from '../command-line/called-as.ts'

export default defineCommand({
  meta: { name: 'models', description: 'List the models, one id per line' },
  args: {
    words: { type: 'positional', required: false, description: 'Only those whose id has all of these words in it: models copilot' },
    ...commonArgs,
    json: { type: 'boolean', description: 'Print the list of GET /v1/models' },
    verbose: { type: 'boolean', description: 'With what is known of each: context, output, kinds of input, how it calls tools' },
  },
  async run({ args }): Promise<ExitCode> {
    const settings = await loadSettings(args)
    return interruptible(async (signal) => {
      const stopSpinner = startSpinner('reading the models')
      try {
        await withDaemon(settings, 0, async ({ client, demo }) => {
          const all = await client.models(signal)
          const list = { ...all, data: withWords(all.data, args._) }
          stopSpinner()
          if (args.json) await printJson(list)
          else if (args.verbose) await print(table(list.data), signal)
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

/** @throws CliError where none is left */
function withWords(models: readonly ListedModel[], words: readonly string[]): ListedModel[] {
  const wanted = words.map((word) => word.toLowerCase())
  const found = models.filter(({ id }) => wanted.every((word) => id.toLowerCase().includes(word)))
  if (found.length === 0 && words.length > 0) {
    throw new CliError(`none of ${count(models.length, 'model')} has ${words.map((word) => `"${word}"`).join(' and ')} in its name`, {
      hint: `${command} models lists all`,
    })
  }
  return found
}

function table(models: readonly ListedModel[]): string {
  const tokens = (number: number) => (number > 0 ? String(number) : '-')
  const rows = models.map(({ id, context_length, max_output_tokens, architecture, tool_call_format, reasoning }) => [
    id,
    tokens(context_length),
    tokens(max_output_tokens),
    architecture.input_modalities.join(','),
    tool_call_format,
    reasoning ? 'yes' : 'no',
  ])
  return `${formatTable([['model', 'context', 'output', 'input', 'tools', 'reasoning'], ...rows])}\n`
}
