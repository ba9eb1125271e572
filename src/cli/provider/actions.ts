import { command } from '../command-line/called-as.ts'
import type { Check } from '../doctor/check.ts'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { usageError } from '../command-line/failure.ts'
import { formatTable } from '../terminal/format.ts'
import { interruptible } from '../terminal/interrupts.ts'
import { print, printJson, tell } from '../terminal/output.ts'
import { spinnerBetween } from '../terminal/spinner.ts'
import { renderCheck } from '../terminal/render-check.ts'
import { loadSettings } from '../command-line/settings.ts'
import type { AddOptions } from './block-text.ts'

export type ActionOptions = AddOptions & Record<string, unknown> & { config?: string; json?: boolean; write?: boolean }

type Action = (name: string | undefined, options: ActionOptions) => Promise<ExitCode>

const list: Action = async (_name, options) => {
  const blocks = await loadBlocks(options)
  const { baseUrlOf } = await import('../../providers/kinds.ts')
  const { describeSource } = await import('../../providers/credentials/source.ts')
  const rows = blocks.map((block) => ({
    name: block.id,
    kind: block.kind,
    base_url: baseUrlOf(block),
    credential: block.credential ? describeSource(block.credential) : null,
    default_model: block.defaultModel ?? null,
  }))
  if (options.json) await printJson(rows)
  else if (rows.length > 0) await print(`${formatTable(rows.map((row) => Object.values(row).map((cell) => cell ?? '-')))}\n`)
  else tell(`There are none. ${command} provider add <name> makes one.`)
  return exitCodes.ok
}

const test: Action = async (name, options) => {
  const blocks = await loadBlocks(options)
  const named = blocks.filter(({ id }) => name === undefined || id === name)
  if (named.length === 0) throw await unknownProvider(name, blocks)
  const { examine } = await import('../../providers/examination/examine.ts')
  const { outboundFetch } = await import('../../system/outbound-fetch.ts')
  return interruptible(async (signal) => {
    const reports: { provider: string; checks: Check[] }[] = []
    for (const block of named) {
      const checks: Check[] = []
      reports.push({ provider: block.id, checks })
      if (!options.json && named.length > 1) await print(`${block.id}\n`)
      const examination = examine(block, { env: process.env, fetch: outboundFetch(process.env), signal, model: options.model })
      for await (const check of spinnerBetween(`trying ${block.id}`, examination)) {
        checks.push(check)
        if (!options.json) await print(renderCheck(check), signal)
      }
    }
    if (options.json) await printJson(reports)
    return reports.some(({ checks }) => checks.some(({ status }) => status === 'fail')) ? exitCodes.failure : exitCodes.ok
  })
}

const add: Action = async (name, options) => {
  const { blockFrom, blockText, PRESETS } = await import('./block-text.ts')
  if (name === undefined) throw usageError('provider add needs a name', `names that are known: ${Object.keys(PRESETS).join(', ')}`)
  if (!/^[A-Za-z0-9][\w-]*$/.test(name)) throw usageError(`"${name}" is no name for a provider: letters, digits, _ and -`)
  let block
  try {
    block = blockFrom(name, options)
  } catch (error) {
    throw usageError((error as Error).message)
  }
  if (!options.write) {
    await print(blockText(name, block))
    return exitCodes.ok
  }
  const { editOwnConfig, ownConfigFile } = await import('./own-config.ts')
  const path = ownConfigFile(options.config)
  await editOwnConfig(path, (editor, text) => editor.set(text, name, block))
  tell(`Written to ${path}.${block.api_key_env === undefined ? '' : ` Put the key into ${block.api_key_env}.`} ${command} provider test ${name} tries it.`)
  return exitCodes.ok
}

const remove: Action = async (name, options) => {
  const blocks = await loadBlocks(options)
  if (name === undefined || blocks.every(({ id }) => id !== name)) throw await unknownProvider(name, blocks)
  const { editOwnConfig, ownConfigFile } = await import('./own-config.ts')
  const path = ownConfigFile(options.config)
  await editOwnConfig(path, (editor, text) => editor.remove(text, name))
  tell(`Removed from ${path}.`)
  return exitCodes.ok
}

export const actions = { list, test, add, remove }

async function loadBlocks(options: ActionOptions) {
  const { config } = await loadSettings(options)
  const { toProviderBlocks } = await import('../../config/provider-blocks.ts')
  return toProviderBlocks(config)
}

async function unknownProvider(name: string | undefined, blocks: readonly { id: string }[]): Promise<Error> {
  const { nearest } = await import('../../config/nearest.ts')
  const ids = blocks.map(({ id }) => id)
  const meant = name === undefined ? undefined : nearest(name, ids)
  const what = name === undefined ? 'there is no provider in the configuration' : `no provider is called "${name}"`
  return usageError(
    `${what}${meant ? `; did you mean ${meant}?` : ''}`,
    ids.length > 0 ? `there are ${ids.join(', ')}` : `${command} provider add <name> makes one`,
  )
}
