import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { defineCommand } from 'citty'
import { type AccessOptions, needsProof } from '../../access/options.ts'
import { nearest } from '../../config/nearest.ts'
import { baseUrl } from '../../server/base-url.ts'
import { type Bridge, type Connector, KEY_VARIABLE, type Place } from '../connectors/connector.ts'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { CliError, usageError } from '../command-line/failure.ts'
import { print } from '../terminal/output.ts'
import { findDaemon } from '../daemon/running-daemon.ts'
import { commonArgs, loadSettings } from '../command-line/settings.ts'
import { command } from '../command-line/called-as.ts'

export default defineCommand({
  meta: { name: 'connect', description: 'Point a tool at the bridge: codex, claude, opencode, aider, …, or env for a shell' },
  args: {
    tool: { type: 'positional', required: false, description: 'Name of the tool; without one, all names are listed' },
    model: { type: 'string', alias: 'm', description: 'Model id, else the default', valueHint: 'id' },
    write: { type: 'boolean', description: "Change the tool's settings; they are kept in <file>.ocb-backup" },
    undo: { type: 'boolean', description: 'Take back what --write did' },
    ...commonArgs,
  },
  async run({ args }): Promise<ExitCode> {
    // Late: editors of three formats are not for every command.
    const { connectors } = await import('../connectors/index.ts')
    const [name, ...others] = args._
    if (name === undefined) {
      await print(
        Object.entries(connectors)
          .map(([tool, { title }]) => `${tool.padEnd(12)} ${title}\n`)
          .join(''),
      )
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

function find(name: string, connectors: Record<string, Connector>): Connector {
  const connector = Object.hasOwn(connectors, name) ? connectors[name] : undefined
  if (connector !== undefined) return connector
  const meant = nearest(name, Object.keys(connectors))
  throw usageError(
    `unknown tool "${name}"${meant ? `; did you mean ${meant}?` : ''}`,
    `${command} connect lists the tools; any other takes the variables of ${command} connect env`,
  )
}

/** The daemon that runs, else the one that would. */
async function describeBridge(args: { model?: string | undefined; port?: string | undefined }): Promise<{ bridge: Bridge; config: AccessOptions }> {
  if (args.model === '') throw usageError('--model needs a value')
  const settings = await loadSettings(args)
  const { host, port } = settings.config
  const url = (await findDaemon(settings, process.env)) ?? baseUrl(host, port)
  return { config: settings.config, bridge: { url, model: args.model, needsKey: needsProof(settings.config) } }
}

/** What stands in the variable of the key, where the daemon has no keys. */
function aboutKey({ apiKeys, ...config }: AccessOptions): string {
  if (apiKeys.length > 0 || !needsProof({ apiKeys, ...config })) return ''
  const key = config.serverPassword === undefined ? 'a token that the daemon accepts' : 'the daemon’s password'
  return `\nFor a key it takes ${key}: export ${KEY_VARIABLE}=…\n`
}

async function show({ file, text }: Connector, bridge: Bridge): Promise<void> {
  const settings = file && `${file.path(here())}:\n\n${file.edit('', bridge)}`
  await print(
    [settings, text(bridge)]
      .filter(Boolean)
      .map((part) => `${part!.trimEnd()}\n`)
      .join('\n'),
  )
}

async function write(name: string, connector: Connector, bridge: Bridge): Promise<void> {
  const { createTwoFilesPatch } = await import('diff')
  const { readText, writeWithBackup } = await import('../connectors/written-file.ts')
  const { path, edit } = fileOf(name, connector)
  const before = readText(path)
  const after = tryToEdit(() => edit(before ?? '', bridge), path)
  const text = connector.text(bridge)
  if (after === before) {
    await print(`${path} is as it should be.\n`)
  } else {
    writeWithBackup(path, after)
    await print(createTwoFilesPatch(before === undefined ? '/dev/null' : path, path, before ?? '', after, undefined, undefined, { context: 1 }))
  }
  if (text !== '') await print(`\n${text}\n`)
}

async function undo(name: string, connector: Connector): Promise<void> {
  const { takeBack } = await import('../connectors/written-file.ts')
  const { path } = fileOf(name, connector)
  const outcome = takeBack(path)
  await print(outcome === 'removed' ? `${path} is gone, as it was before.\n` : `${path} is what it was before.\n`)
}

/** The file of a tool, here. */
function fileOf(name: string, { title, file }: Connector): { path: string; edit: NonNullable<Connector['file']>['edit'] } {
  if (file === undefined) throw usageError(`there is no file to write for ${title}`, `${command} connect ${name} prints what to do`)
  return { path: file.path(here()), edit: file.edit }
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
