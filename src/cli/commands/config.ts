import { defineCommand } from 'citty'
import { configKeys, isConfigKey } from '../../config/fields.ts'
import { nearest } from '../../config/nearest.ts'
import { showQuantity } from '../../config/show-quantity.ts'
import type { DescribedSetting } from '../../config/describe.ts'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { usageError } from '../command-line/failure.ts'
import { formatTable } from '../terminal/format.ts'
import { print, printJson } from '../terminal/output.ts'
import { commonArgs, daemonArgs, loadSettings } from '../command-line/settings.ts'
import { command } from '../command-line/called-as.ts'

export default defineCommand({
  meta: { name: 'config', description: 'Show each setting that start would have here, and where it comes from' },
  args: {
    key: { type: 'positional', required: false, description: 'Print the value of this setting alone' },
    json: { type: 'boolean', description: 'Print JSON, with defaults, variables and flags' },
    ...commonArgs,
    ...daemonArgs,
  },
  async run({ args }): Promise<ExitCode> {
    const [key, ...more] = args._
    if (more.length > 0) throw usageError(`unexpected argument "${more[0]}"`)
    if (key !== undefined && !isConfigKey(key)) throw unknownSetting(key)

    // As `start` does, of whose settings these are.
    const loaded = await loadSettings(args, { project: true })
    const { describeSettings } = await import('../../config/describe.ts')
    const settings = describeSettings(loaded)
    const one = key && settings.find((setting) => setting.key === key)
    if (one) await (args.json ? printJson(one) : print(`${plain(one.value)}\n`))
    else if (args.json) await printJson({ file: loaded.file ?? null, settings })
    else await print(render(settings))
    return exitCodes.ok
  },
})

function unknownSetting(key: string): Error {
  const meant = nearest(key, configKeys)
  return usageError(`no setting is called "${key}"${meant ? `; did you mean ${meant}?` : ''}`, `${command} config lists all`)
}

function render(settings: readonly DescribedSetting[]): string {
  const lines = formatTable(settings.map((setting) => [`  ${setting.key}`, quantity(setting), setting.source])).split('\n')
  return settings
    .map(({ section }, index) => `${section === settings[index - 1]?.section ? '' : `${index > 0 ? '\n' : ''}${section}\n`}${lines[index]}\n`)
    .join('')
}

function quantity({ value, unit }: DescribedSetting): string {
  if (value === null) return '-'
  if (unit === undefined || typeof value !== 'number') return plain(value)
  const shown = showQuantity(value, unit)
  return shown.startsWith(`${value} `) ? shown : `${value} (${shown})`
}

/** Texts as they are, the rest as JSON; nothing where nothing is set. */
function plain(value: unknown): string {
  if (value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
