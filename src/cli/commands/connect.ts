import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { defineCommand } from 'citty'
import { type AccessOptions, needsProof } from '../../access/options.ts'
import { nearest } from '../../config/nearest.ts'
import { baseUrl } from '../../server/base-url.ts'
import { type Bridge, type Connector, DEFAULT_MODEL, KEY_VARIABLE, type ModelLimits, type Place, type SettingsFile } from '../../connectors/connector.ts'
import { standingOf } from '../installed.ts'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { CliError, usageError } from '../command-line/failure.ts'
import { type Client, createClient } from '../daemon/client.ts'
import { print, warn } from '../terminal/output.ts'
import { proofOf } from '../daemon/proof-of.ts'
import { findDaemon } from '../daemon/running-daemon.ts'
import { commonArgs, loadSettings } from '../command-line/settings.ts'
import { command } from '../command-line/called-as.ts'

export default defineCommand({
  meta: { name: 'connect', description: 'Point a tool at the bridge: codex, claude, gemini, opencode, …; env for a shell, any for what is not listed' },
  args: {
    tool: { type: 'positional', required: false, description: 'Name of the tool; without one, all names are listed' },
    model: { type: 'string', alias: 'm', description: 'Model id, else the default', valueHint: 'id' },
    write: { type: 'boolean', description: "Change the tool's settings; they are kept in <file>.ocb-backup" },
    list: { type: 'boolean', description: 'All tools, and which of them are installed here or connected' },
    undo: { type: 'boolean', description: 'Take back what --write did' },
    ...commonArgs,
  },
  async run({ args }): Promise<ExitCode> {
    // Late: editors of three formats are not for every command.
    const { connectors } = await import('../../connectors/index.ts')
    const [name, ...others] = args._
    if (args.list && args._.length > 0) throw usageError(`--list takes no tool, but there is "${args._[0]}"`)
    if (name === undefined) {
      if (args.write || args.undo) throw usageError(`${args.write ? '--write' : '--undo'} needs the name of a tool`)
      await print(renderList(connectors))
      return exitCodes.ok
    }
    if (others.length > 0) throw usageError(`unexpected argument "${others[0]}"`)
    if (args.write && args.undo) throw usageError('--write and --undo exclude each other')
    const connector = find(name, connectors)
    if (args.undo) await undo(name, connector)
    else {
      const { bridge, config } = await describeBridge(args)
      await (args.write ? write(name, connector, bridge) : show(connector, bridge))
      await print(aboutKey(config))
    }
    return exitCodes.ok
  },
})

const STANDINGS = { connected: 'connected', installed: 'installed', unknown: '' } as const

function renderList(connectors: Record<string, Connector>): string {
  const rows = Object.entries(connectors).map(([tool, connector]) => [tool, connector.title, STANDINGS[standingOf(connector, here())]] as const)
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map(([tool, title, standing]) => `${`${tool.padEnd(widths[0]!)}  ${title.padEnd(widths[1]!)}  ${standing}`.trimEnd()}\n`).join('')
}

function find(name: string, connectors: Record<string, Connector>): Connector {
  const connector = Object.hasOwn(connectors, name) ? connectors[name] : undefined
  if (connector !== undefined) return connector
  const meant = nearest(name, Object.keys(connectors))
  throw usageError(
    `unknown tool "${name}"${meant ? `; did you mean ${meant}?` : ''}`,
    `${command} connect lists the tools; what any other asks for is in ${command} connect any`,
  )
}

/** The daemon that runs, else the one that would. */
async function describeBridge(args: { model?: string | undefined; port?: string | undefined }): Promise<{ bridge: Bridge; config: AccessOptions }> {
  if (args.model === '') throw usageError('--model needs a value')
  const settings = await loadSettings(args)
  const { host, port } = settings.config
  const url = await findDaemon(settings, process.env)
  const limits = url === undefined ? undefined : await limitsOfModel(createClient(url, await proofOf(settings.config)), args.model ?? DEFAULT_MODEL)
  return {
    config: settings.config,
    bridge: { url: url ?? baseUrl(host, port), model: args.model, needsKey: needsProof(settings.config), ...(limits && { limits }) },
  }
}

/** What the daemon says of them; a tool is connected without, too. */
async function limitsOfModel(client: Client, model: string): Promise<ModelLimits | undefined> {
  const listed = await client
    .model(model, AbortSignal.timeout(2000))
    .catch((error: unknown) => warn(`the limits of ${model} are not known: ${(error as Error).message}`))
  if (!listed) return undefined
  const { context_length: context, max_output_tokens: output } = listed
  return { ...(context > 0 && { context }), ...(output > 0 && { output }) }
}

/** What stands in the variable of the key, where the daemon has no keys. */
function aboutKey({ apiKeys, ...config }: AccessOptions): string {
  if (apiKeys.length > 0 || !needsProof({ apiKeys, ...config })) return ''
  const key = config.serverPassword === undefined ? 'a token that the daemon accepts' : 'the daemon’s password'
  return `\nFor a key it takes ${key}: export ${KEY_VARIABLE}=…\n`
}

async function show({ files = [], text }: Connector, bridge: Bridge): Promise<void> {
  const settings = files.map(({ path, edit }) => `${path(here())}:\n\n${edit('', bridge)}`)
  await print(
    [...settings, text(bridge)]
      .filter(Boolean)
      .map((part) => `${part.trimEnd()}\n`)
      .join('\n'),
  )
}

async function write(name: string, connector: Connector, bridge: Bridge): Promise<void> {
  const { createTwoFilesPatch } = await import('diff')
  const { readText, writeWithBackup } = await import('../written-file.ts')
  // All are read before the first is written, so that one which is broken leaves the others alone.
  const edited = filesOf(name, connector).map(({ path, edit }) => {
    const before = readText(path)
    return { path, before, after: tryToEdit(() => edit(before ?? '', bridge), path) }
  })
  for (const { path, before, after } of edited) {
    if (after === before) {
      await print(`${path} is as it should be.\n`)
      continue
    }
    writeWithBackup(path, after)
    await print(createTwoFilesPatch(before === undefined ? '/dev/null' : path, path, before ?? '', after, undefined, undefined, { context: 1 }))
  }
  const text = connector.text(bridge)
  if (text !== '') await print(`\n${text}\n`)
}

async function undo(name: string, connector: Connector): Promise<void> {
  const { canTakeBack, takeBack } = await import('../written-file.ts')
  const files = filesOf(name, connector)
  // What was as it should be already was never written.
  const written = files.filter(({ path }) => canTakeBack(path))
  for (const { path, edit } of written.length > 0 ? written : files) {
    await print(`${path} ${OUTCOMES[takeBack(path, (text) => canEdit(text, edit))]}\n`)
  }
}

const OUTCOMES = {
  removed: 'is gone, as it was before.',
  restored: 'is what it was before.',
  'taken out': 'was changed since; that is left, and what the bridge wrote is gone.',
}

function canEdit(text: string, edit: SettingsFile['edit']): boolean {
  try {
    edit(text, { url: '', model: undefined, needsKey: true })
    return true
  } catch {
    return false
  }
}

/** The files of a tool, here. */
function filesOf(name: string, { title, files = [] }: Connector): { path: string; edit: SettingsFile['edit'] }[] {
  if (files.length === 0) throw usageError(`there is no file to write for ${title}`, `${command} connect ${name} prints what to do`)
  return files.map(({ path, edit }) => ({ path: path(here()), edit }))
}

function tryToEdit(edit: () => string, path: string): string {
  try {
    return edit()
  } catch (error) {
    throw new CliError(`${path} was left alone: ${(error as Error).message}`, { hint: 'without --write the settings are printed, to be put in by hand' })
  }
}

function here(): Place {
  const { env, platform } = process
  return { home: env.HOME || homedir(), cwd: process.cwd(), env, platform, exists: existsSync }
}
