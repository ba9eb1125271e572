import { mkdirSync } from 'node:fs'
import type { Hooks, PluginInput } from '@opencode-ai/plugin'
import type { CallForm } from '../core/call.ts'
import type { CallRecipe } from './calls/thread-protocol.ts'
import type { ModelRef } from './contract.ts'
import type { DryCall, DryCalls } from './dry-calls.ts'
import { type RepeatedCall, repeatThroughLogin } from './login.ts'
import { opencodeFields } from './opencode-fields.ts'
import { preambleOfBody } from './preamble.ts'
import { wireOf } from './provider-body.ts'

/** What was learned of a model. */
export interface LearnedCall {
  form: CallForm
  recipe: CallRecipe
  login: RepeatedCall['login']
}

type ParamsInput = Parameters<NonNullable<Hooks['chat.params']>>[0]
type ParamsOutput = Parameters<NonNullable<Hooks['chat.params']>>[1]

/** A prompt that is made for the call that it leads to. */
export interface DryPrompt {
  mark: string
  /** Leaves out what opencode adds by itself, so that only what the user's configuration says is in the call. */
  configuredOnly: boolean
  seen?: ParamsInput
}

/** The packages that speak a format of ours with headers that do not change from call to call. */
const PACKAGES: ReadonlySet<string> = new Set([
  '@ai-sdk/openai-compatible',
  '@ai-sdk/openai',
  '@ai-sdk/azure',
  '@ai-sdk/anthropic',
  '@ai-sdk/google',
  '@ai-sdk/github-copilot',
  '@ai-sdk/mistral',
  '@ai-sdk/xai',
  '@ai-sdk/groq',
  '@ai-sdk/cerebras',
  '@ai-sdk/deepinfra',
  '@ai-sdk/togetherai',
  '@ai-sdk/perplexity',
  '@ai-sdk/vercel',
  '@openrouter/ai-sdk-provider',
])

export interface LearnOptions {
  client: PluginInput['client']
  dry: DryCalls
  agent: string
  /** Opencode's directory for this; its login belongs to it. */
  directory: string
  model: ModelRef
  /** Where the hooks find the prompt of a session. */
  prompts: Map<string, DryPrompt>
}

/**
 * Learns a form from a call that opencode itself makes and that never leaves the process.
 * @throws Error that says why there is none
 */
export async function learnForm(options: LearnOptions): Promise<LearnedCall> {
  const first = await dryPrompt(options, false)
  const { model, provider } = first.input as unknown as { model: ModelInfo; provider: ProviderInfo | undefined }
  if (typeof provider?.options !== 'object') throw new Error('this opencode does not show a plugin the options of a provider')
  if (!PACKAGES.has(model.api?.npm)) throw new Error(`the package ${model.api?.npm} is not one whose calls can be repeated`)
  const wire = wireOf(first.call.url)
  if (wire === 'unknown') throw new Error('the provider’s format is not a known one')

  const repeated = await repeatThroughLogin({
    call: first.call,
    login: provider.options.fetch,
    bases: [provider.options.baseURL, model.api.url],
    dry: options.dry,
  })
  const own = Object.keys(model.options ?? {}).length === 0 ? undefined : await dryPrompt(options, true)
  const { timeout, headerTimeout, chunkTimeout } = provider.options
  return {
    form: {
      wire,
      apiModel: model.api.id,
      url: repeated.url.split('?', 1)[0]!,
      npm: model.api.npm,
      defaults: opencodeFields(first.call.body, first.session),
      configured: own === undefined ? {} : opencodeFields(own.call.body, own.session, true),
      loginHeaders: repeated.loginHeaders,
      preamble: preambleOfBody(first.call.body),
    },
    recipe: {
      url: repeated.url,
      headers: repeated.headers,
      session: first.session,
      message: (first.input.message as { id: string }).id,
      timeouts: { timeout, headerTimeout, chunkTimeout },
    },
    login: repeated.login,
  }
}

interface ModelInfo {
  api: { id: string; npm: string; url?: string }
  options?: Record<string, unknown>
}

interface ProviderInfo {
  options: Record<string, unknown> & { fetch?: typeof globalThis.fetch; baseURL?: string }
}

interface SeenCall {
  call: DryCall
  input: ParamsInput
  session: string
}

async function dryPrompt({ client, dry, agent, directory, model, prompts }: LearnOptions, configuredOnly: boolean): Promise<SeenCall> {
  mkdirSync(directory, { recursive: true })
  const query = { directory }
  const mark = dry.expect()
  try {
    const { data: session } = await client.session.create({ query, body: { title: '-' }, throwOnError: true })
    const prompt: DryPrompt = { mark, configuredOnly }
    prompts.set(session.id, prompt)
    try {
      // Ends with the error that the call brings.
      const { error } = await client.session.prompt({ path: { id: session.id }, query, body: { agent, model, parts: [{ type: 'text', text: mark }] } })
      const call = dry.finish(mark)
      if (!prompt.seen)
        throw new Error(`opencode did not get as far as to call the provider${error === undefined ? '' : `: ${JSON.stringify(error).slice(0, 200)}`}`)
      if (!call) throw new Error('opencode called the provider in a way that the bridge does not see')
      return { call, input: prompt.seen, session: session.id }
    } finally {
      prompts.delete(session.id)
      await client.session.delete({ path: { id: session.id }, query }).catch(() => {})
    }
  } finally {
    dry.finish(mark)
  }
}

/** What the `chat.params` hook does for such a prompt. */
export function seeParams(prompt: DryPrompt, input: ParamsInput, output: ParamsOutput): void {
  prompt.seen = input
  if (!prompt.configuredOnly) return
  const { options = {} } = input.model as unknown as ModelInfo
  Object.assign(output, { temperature: undefined, topP: undefined, topK: undefined, maxOutputTokens: undefined, options: { ...options } })
}
