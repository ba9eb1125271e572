import { defineCommand } from 'citty'
import type { Limits } from '../../core/limits.ts'
import { visibleLine } from '../../core/visible-text.ts'
import type { Keys } from '../../daemon/keys.ts'
import { command } from '../command-line/called-as.ts'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { CliError } from '../command-line/failure.ts'
import { commonArgs, loadSettings } from '../command-line/settings.ts'
import { describeLimits, limitArgs, parseLimits } from '../command-line/limit-flags.ts'
import { parseExpiry } from '../command-line/expiry.ts'
import { formatTable } from '../terminal/format.ts'
import { note, print, printJson } from '../terminal/output.ts'

const NAME = /^[\w.@-]{1,64}$/

export default defineCommand({
  meta: { name: 'key', description: 'Make, list, limit and end keys of clients' },
  args: {
    ...commonArgs,
    action: { type: 'positional', required: true, description: 'create, rotate, limit or revoke a key, or list them' },
    name: { type: 'positional', required: false, description: 'What the key is called in the books' },
    expires: { type: 'string', valueHint: 'time', description: 'When it ends: 30d, 12h, or a day such as 2026-12-31' },
    ...limitArgs,
    json: { type: 'boolean', description: 'Print JSON' },
  },
  async run({ args }): Promise<ExitCode> {
    const { config } = await loadSettings(args)
    const { action, name = '', json = false } = args
    const act = action === 'list' ? undefined : ACTIONS[action]
    if (action !== 'list' && act === undefined)
      throw new CliError(`key has no '${visibleLine(action)}'`, { hint: 'one of create, limit, list, rotate, revoke' })
    if (act !== undefined && !NAME.test(name))
      throw new CliError('a key needs a name of letters, digits, or . _ @ -', { hint: `${command} key ${action} <name>` })
    const expiresAt = args.expires === undefined ? undefined : parseExpiry(args.expires, Date.now())
    const limits = parseLimits(args)
    const { withKeys } = await import('../../daemon/keys.ts')
    await withKeys(config, process.env, (keys) => (act ? act(keys, { name, expiresAt, limits, json }) : list(keys, json)))
    if (!config.managedKeys) note('The daemon asks for these keys once `managedKeys` is set.')
    return exitCodes.ok
  },
})

interface Wanted {
  name: string
  expiresAt: number | undefined
  limits: Limits | undefined
  json: boolean
}

const ACTIONS: Record<string, (keys: Keys, wanted: Wanted) => Promise<void>> = {
  create: async (keys, { json, ...wanted }) => {
    const key = await keys.create(wanted)
    if (key === undefined)
      throw new CliError(`there is a key called ${wanted.name}`, { hint: `${command} key rotate ${wanted.name} makes another in its place` })
    await show(wanted.name, key, json)
  },
  rotate: async (keys, { json, ...wanted }) => {
    const key = await keys.rotate(wanted)
    if (key === undefined) throw unknownKey(wanted.name)
    await show(wanted.name, key, json)
  },
  limit: async (keys, { name, limits, json }) => {
    if (!(await keys.limit(name, limits))) throw unknownKey(name)
    await (json ? printJson({ name, limits: limits ?? null }) : print(`${name} has ${describeLimits(limits) ?? 'no limits'}.\n`))
  },
  revoke: async (keys, { name, json }) => {
    if ((await keys.revoke(name)) === undefined) throw unknownKey(name)
    await (json ? printJson({ name, revoked: true }) : print(`${name} is revoked.\n`))
  },
}

/** The key alone on stdout, so that a script can take it. */
async function show(name: string, key: string, json: boolean): Promise<void> {
  await (json ? printJson({ name, key }) : print(`${key}\n`))
  note('This is the only time that it is shown.')
}

async function list(keys: Keys, json: boolean): Promise<void> {
  const known = await keys.list()
  const day = (time: number | undefined) => (time === undefined ? null : new Date(time).toISOString().slice(0, 10))
  const rows = known.map(({ name, lastFour, createdAt, expiresAt, revokedAt, limits }) => ({
    name,
    key: `…${lastFour}`,
    created: day(createdAt),
    expires: day(expiresAt),
    revoked: day(revokedAt),
    limits: json ? (limits ?? null) : describeLimits(limits),
  }))
  if (json) return printJson(rows)
  const cells = rows.map((row) => Object.values(row).map((value) => String(value ?? '-')))
  return print(`${formatTable([['NAME', 'KEY', 'CREATED', 'EXPIRES', 'REVOKED', 'LIMITS'], ...cells])}\n`)
}

function unknownKey(name: string): CliError {
  return new CliError(`no key called ${name} is in use`, { hint: `${command} key list shows them` })
}
