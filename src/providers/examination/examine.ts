import type { CallExtras } from '../../core/connection.ts'
import { BridgeError } from '../../core/errors.ts'
import { withoutSecrets } from '../../core/without-secrets.ts'
import type { Fetch } from '../../system/outbound-fetch.ts'
import type { ProviderBlock } from '../block.ts'
import { ExtrasMaker } from '../call-extras.ts'
import type { CredentialOptions } from '../credentials/credential.ts'
import { describeSource } from '../credentials/source.ts'
import { discoverModels, type DiscoverOptions } from '../discovery/discover.ts'
import { askProvider, callProvider, type ProviderAnswer } from '../http.ts'
import { baseUrlOf, deploymentOf, modelUrlOf, TRAITS } from '../kinds.ts'
import { type OfferedModel, offeredModels } from '../offered-models.ts'
import { BODIES, hasCall, hasReadyJson, pathOf, type Question, tellsUsage } from './questions.ts'

/** What was found about one ability of a provider. `fail` is what keeps it from working as its block says. */
export interface Finding {
  name: string
  status: 'ok' | 'warn' | 'fail'
  detail: string
  fix?: string
}

export interface ExamineOptions extends CredentialOptions {
  fetch: Fetch
  /** Which model is asked, by the block's name for it; else the block's default, else the first. */
  model?: string | undefined
}

/** A local server may have to load its model for the first answer. Milliseconds. */
const TIMEOUT = 120_000

/** Finds out, by real calls, what a provider can do; it ends where nothing more can be found out. */
export async function* examine(block: ProviderBlock, options: ExamineOptions): AsyncGenerator<Finding> {
  let extras: CallExtras
  try {
    extras = await new ExtrasMaker(block, options).make()
    yield { name: 'credential', status: 'ok', detail: block.credential ? `from ${describeSource(block.credential)}` : 'none is configured' }
  } catch (error) {
    yield {
      name: 'credential',
      status: 'fail',
      detail: (error as Error).message,
      fix: 'set the variable, write the file or correct the command that auth names',
    }
    return
  }
  const { finding, models } = await examineModels(block, { extras, signal: options.signal, fetch: options.fetch })
  yield finding
  const model = options.model ?? block.defaultModel ?? models[0]?.id
  if (finding.status === 'fail') return
  if (model === undefined) {
    yield { name: 'answer', status: 'fail', detail: 'there is no model to ask', fix: 'name one by default_model or models' }
    return
  }
  yield* examineModel(block, { model, offered: models.find(({ id }) => id === model), extras, signal: options.signal, fetch: options.fetch })
}

async function examineModels(block: ProviderBlock, options: DiscoverOptions): Promise<{ finding: Finding; models: OfferedModel[] }> {
  const named = offeredModels(block, undefined)
  if (block.models !== undefined || block.kind === 'azure_openai') {
    return { models: named, finding: { name: 'models', status: 'ok', detail: `${named.length} in the configuration` } }
  }
  try {
    const models = offeredModels(block, await discoverModels(block, options))
    const shown = models.slice(0, 3).map(({ id }) => id)
    return { models, finding: { name: 'models', status: 'ok', detail: `${models.length}: ${[...shown, ...(models.length > 3 ? ['…'] : [])].join(', ')}` } }
  } catch (error) {
    const { message } = error as Error
    if (/cannot be reached/.test(message)) return { models: named, finding: { name: 'models', status: 'fail', detail: message, fix: notThere(block) } }
    if (/HTTP 40[13]/.test(message)) return { models: named, finding: { name: 'models', status: 'fail', detail: message, fix: wrongKey(block) } }
    const fix = named.length > 0 ? 'name the models in models' : `name them by models or default_model, or correct base_url (${baseUrlOf(block)})`
    return { models: named, finding: { name: 'models', status: named.length > 0 ? 'warn' : 'fail', detail: message, fix } }
  }
}

interface Subject {
  model: string
  offered: OfferedModel | undefined
  extras: CallExtras
  signal: AbortSignal
  fetch: Fetch
}

async function* examineModel(block: ProviderBlock, { model, offered, extras, signal, fetch }: Subject): AsyncGenerator<Finding> {
  const { wire } = TRAITS[block.kind]
  const ask = (question: Omit<Question, 'model'>) => {
    const whole = { ...question, model: deploymentOf(block, model) }
    return {
      url: modelUrlOf(block, model) + pathOf(wire, whole),
      request: { extras, signal, fetch, timeout: block.timeout ?? TIMEOUT, body: BODIES[wire](whole) },
    }
  }
  const put = async (question: Omit<Question, 'model'>): Promise<ProviderAnswer> => {
    const { url, request } = ask(question)
    const answer = await askProvider(url, request)
    return { ...answer, text: withoutSecrets(answer.text, extras) }
  }
  let answer: ProviderAnswer
  try {
    answer = await put({ stream: false })
  } catch (error) {
    yield { name: 'answer', status: 'fail', detail: (error as Error).message, fix: notThere(block) }
    return
  }
  if (answer.status !== 200) {
    yield { name: 'answer', status: 'fail', detail: `${model}: HTTP ${answer.status}${wordsOf(answer)}`, fix: fixOf(block, answer.status, model) }
    return
  }
  yield { name: 'answer', status: 'ok', detail: model }
  yield* examineStream(block, ask({ stream: true }))
  yield toolFinding(block, await put({ stream: false, tool: true }).catch(toNothing))
  yield schemaFinding(await put({ stream: false, schema: true }).catch(toNothing))
  const length = offered?.contextWindow ?? block.contextWindow ?? 0
  yield length > 0
    ? { name: 'context length', status: 'ok', detail: `${length} tokens` }
    : { name: 'context length', status: 'warn', detail: 'unknown', fix: 'set context_window' }
  const limits = [...answer.headers.keys()].filter((name) => /ratelimit|rate-limit/.test(name))
  yield { name: 'rate-limit headers', status: 'ok', detail: limits.length > 0 ? limits.join(', ') : 'none' }
}

async function* examineStream(block: ProviderBlock, { url, request }: { url: string; request: Parameters<typeof callProvider>[1] }): AsyncGenerator<Finding> {
  const started = performance.now()
  const response = await callProvider(url, request).catch((error: unknown) => error as Error)
  const cannot = (detail: string): Finding =>
    block.stream
      ? { name: 'streaming', status: 'fail', detail, fix: 'set stream = false; clients get a stream all the same' }
      : { name: 'streaming', status: 'ok', detail: `${detail}; stream = false says so` }
  if (response instanceof Error) return yield cannot(response.message)
  const isStream = response.headers.get('content-type')?.includes('event-stream') === true
  let text = ''
  let first: number | undefined
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      first ??= performance.now() - started
      text += Buffer.from(chunk).toString('utf8')
    }
  } catch {
    return yield cannot('the stream broke off')
  }
  if (response.status !== 200) return yield cannot(`HTTP ${response.status}${wordsOf({ text: withoutSecrets(text, request.extras) })}`)
  if (!isStream) return yield { name: 'streaming', status: 'warn', detail: 'the answer to a streamed call came whole', fix: 'set stream = false' }
  yield { name: 'streaming', status: 'ok', detail: `first token after ${Math.round(first ?? 0)} ms` }
  yield tellsUsage(TRAITS[block.kind].wire, text)
    ? { name: 'usage in the stream', status: 'ok', detail: 'yes' }
    : { name: 'usage in the stream', status: 'warn', detail: 'none; clients get no counts of streamed answers' }
}

function toolFinding({ toolCallFormat }: ProviderBlock, answer: Pick<ProviderAnswer, 'status' | 'json' | 'text'>): Finding {
  const name = 'native tool calls'
  if (answer.status === 200 && hasCall(answer.json)) return { name, status: 'ok', detail: 'yes' }
  const why = answer.status === 200 ? 'none: the answer was text' : `none: HTTP ${answer.status}${wordsOf(answer)}`
  if (toolCallFormat === 'native') return { name, status: 'fail', detail: why, fix: 'set tool_call_format = "auto" or "json"' }
  return { name, status: 'ok', detail: `${why}; the bridge has them written as JSON` }
}

function schemaFinding(answer: Pick<ProviderAnswer, 'status' | 'json' | 'text'>): Finding {
  const able = answer.status === 200 && hasReadyJson(answer.json)
  const why = answer.status === 200 ? 'not held to' : `HTTP ${answer.status}${wordsOf(answer)}`
  return able
    ? { name: 'JSON schema', status: 'ok', detail: 'yes' }
    : { name: 'JSON schema', status: 'warn', detail: why, fix: 'structuredOutput = "instructed" has the bridge see to it' }
}

function toNothing(error: unknown): Pick<ProviderAnswer, 'status' | 'json' | 'text'> {
  return { status: 0, json: undefined, text: error instanceof BridgeError ? error.message : '' }
}

/** What it said of itself, in one line. */
function wordsOf({ text }: { text: string }): string {
  const quoted = /"(?:message|detail|error)"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1]
  const said = quoted === undefined ? text : (JSON.parse(quoted) as string)
  if (said.trimStart().startsWith('<')) return ''
  const line = said.replaceAll(/\s+/g, ' ').trim().slice(0, 200)
  return line === '' ? '' : `: ${line}`
}

function fixOf(block: ProviderBlock, status: number, model: string): string {
  if (status === 401 || status === 403) return wrongKey(block)
  if (status === 404) return `is there a model ${model}, and is base_url right (${baseUrlOf(block)})?`
  if (status >= 300 && status < 400) return 'correct base_url: redirects are not followed'
  return status >= 500 || status === 429 ? 'try again later' : 'correct the block as the provider says'
}

function wrongKey({ credential, kind }: ProviderBlock): string {
  if (credential === undefined) return `the provider wants a key: set api_key_env = "${TRAITS[kind].variable}"`
  return `the provider does not take the key that is ${credential.from === 'command' ? 'printed by' : 'in'} ${describeSource(credential)}`
}

function notThere(block: ProviderBlock): string {
  return `start the server, or correct base_url (${baseUrlOf(block)})`
}
