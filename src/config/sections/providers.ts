import { z } from 'zod'
import { KINDS, TOOL_CALL_FORMATS } from '../../providers/block.ts'
import { MAX_DURATION, setting } from '../setting.ts'

/** Within a block, names are those of other programs' files: words with `_`. */
const text = () => z.string().min(1)
const tokens = z.number().int().positive()
const time = (description: string, least: 0 | 1 = 1) => setting(z.number().int().min(least).max(MAX_DURATION).optional(), { description, unit: 'milliseconds' })
const retries = z.number().int().min(0).max(20)

/** With Codex's names and defaults (`model_providers.<id>.auth`). */
const command = z.strictObject({
  command: setting(text(), { description: 'A program that prints the secret' }),
  args: z.array(z.string()).default([]),
  cwd: setting(text().optional(), { description: 'Where it runs', file: true }),
  timeout_ms: time('For one run; 5 s by default'),
  refresh_interval_ms: time('Until it is run again, 5 min by default; 0 is only after a refusal', 0),
})

const sources = [
  z.strictObject({ env: setting(text(), { description: 'A variable' }) }),
  z.strictObject({ file: setting(text(), { description: 'A file', file: true }) }),
  command,
] as const

/** Where a secret is to be had. */
export const secretSource = z.union(sources)

/** A value that may be secret: as it is, or where it is to be had. */
export const secretValue = z.union([z.string(), ...sources])

const toolCallFormat = z.enum(TOOL_CALL_FORMATS)

const model = z.strictObject({
  name: text().optional(),
  context_window: tokens.optional(),
  max_output: tokens.optional(),
  tool_call_format: toolCallFormat.optional(),
  reasoning: z.boolean().optional(),
  input: z.array(z.enum(['image', 'pdf', 'audio'])).optional(),
})

const block = z.strictObject({
  kind: z.enum(KINDS),
  name: text().optional(),
  base_url: text().optional(),
  api_key_env: setting(text().optional(), { description: 'The variable that holds the key' }),
  api_key_file: setting(text().optional(), { description: 'The file that holds the key', file: true }),
  auth: command.optional(),
  auth_scheme: z.enum(['bearer', 'api-key']).optional(),
  default_model: text().optional(),
  models: z.union([z.array(text()), z.record(text(), model)]).optional(),
  deployments: z.record(text(), text()).default({}),
  context_window: tokens.optional(),
  max_output: tokens.optional(),
  headers: setting(z.record(text(), secretValue).default({}), { description: 'Headers of each call', secret: true }),
  query: z.record(text(), z.string()).default({}),
  stream: z.boolean().optional(),
  tool_call_format: toolCallFormat.optional(),
  max_retries: retries.optional(),
  retry_backoff_ms: time('Before the first repetition'),
  timeout_ms: time('Until an answer begins'),
  allowed_models: z.array(text()).optional(),
})

export type BlockInput = z.output<typeof block>
export type CommandInput = z.output<typeof command>
export type SourceInput = z.output<typeof secretSource>
export type ValueInput = z.output<typeof secretValue>

/** Providers that opencode need not know: model servers, gateways, and whatever has a token that changes. */
export const providers = {
  provider: setting(z.record(z.string(), block).default({}), {
    description: 'Providers of your own by name, each a block of `kind`, `base_url`, a credential and more; see [Providers](#providers)',
  }),
}

/** What `[agent]` says where it is a block: which provider is meant where nobody says, and how blocks behave that do not say. */
export const agentBlock = z.strictObject({
  provider: text().optional(),
  stream: z.boolean().optional(),
  tool_call_format: toolCallFormat.optional(),
  max_retries: retries.optional(),
  retry_backoff_ms: time('Before the first repetition'),
})
