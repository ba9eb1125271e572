import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { anthropicMessages } from './anthropic/messages-api.ts'
import { startSubscription, type Subscription } from './anthropic/subscription.ts'
import { basePath, placeOf, type WireName } from './bases.ts'
import { recordOf, type StrictCall } from './call.ts'
import { chatGptBackend } from './chatgpt/backend.ts'
import { type OAuth, startOAuth } from './chatgpt/oauth.ts'
import { copilot } from './copilot/copilot.ts'
import { deepSeekChat } from './deepseek.ts'
import { gemini } from './gemini/generate-content.ts'
import { selfSigned } from './net/certificate.ts'
import { VENDOR_HOSTS } from './net/hosts.ts'
import { type Incoming, listen } from './net/server.ts'
import { openAiChat } from './openai/chat.ts'
import { storedItems, type StoredItems } from './openai/responses-store.ts'
import { openAiResponses } from './openai/responses.ts'
import { openRouterChat } from './openrouter.ts'
import { contextOf, Memory, play } from './play.ts'
import type { Loss, Violation } from './refusal.ts'
import { type CallChooser, type Script, scriptNamed, stockScripts } from './scripts.ts'
import type { Reply, Wire } from './wire.ts'

export type { WireName } from './bases.ts'
export type { StrictCall } from './call.ts'
export type { Loss, Violation } from './refusal.ts'

/** A provider that is as strict as its vendors' documentation. */
export interface StrictProvider {
  url: string
  /** Of every wire but Copilot, ChatGPT and the token endpoints. */
  key: string
  /** The base URL of a wire. With a tag it is another provider of the same vendor, whose tokens are its own. */
  base(wire: WireName, tag?: string): string
  /** Every call in its order, the refused ones included. */
  readonly calls: readonly StrictCall[]
  /** What was refused. */
  readonly violations: readonly Violation[]
  /** What no vendor refuses, though the model lost its reasoning by it. */
  readonly losses: readonly Loss[]
  /** Plays `script` for a model of any wire, whatever its name. */
  script(model: string, script: Script): void
  /** ChatGPT's. */
  oauth: OAuth
  /** Claude's. */
  subscription: Subscription
  /** GitHub's token that Copilot takes. */
  readonly copilotToken: string
  /** Makes another, and the one before worthless. */
  rotateCopilotToken(): string
  /** Hosts, and paths of this server, that somebody wanted to reach though no vendor lives there. */
  strangers: readonly string[]
  /** The environment that leads a program here which knows its vendors' addresses by heart. Writes a file into `folder`. */
  proxyEnv(folder: string): Record<string, string>
  /** Forgets the calls; tokens stay good. */
  reset(): void
  /** Forgets all that it ever made. */
  forget(): void
  close(): Promise<void>
}

export interface StrictOptions {
  /** Held until it is done, before a call is looked at. */
  before?: (call: StrictCall) => void | Promise<void>
  /** The calls of the stock scripts; by default of the offered tools in turn, with arguments of their schemas. */
  call?: CallChooser
}

/** Starts it on a free port of loopback. A model is played by the script that its name ends with (`stockScripts`). */
export async function startStrictProvider({ before, call: chooser }: StrictOptions = {}): Promise<StrictProvider> {
  const key = `strict-key-${randomUUID()}`
  const oauth = startOAuth()
  const subscription = startSubscription()
  let copilotToken = newGitHubToken()
  const wires = wiresOf(key, { oauth, subscription, copilotToken: () => copilotToken })
  const memory = new Memory()
  const stock = stockScripts(chooser)
  const scripts = new Map<string, Script>()
  const calls: StrictCall[] = []
  const certificate = selfSigned(VENDOR_HOSTS)
  const server = await listen(certificate, answer)
  return {
    url: server.url,
    key,
    base: (wire, tag) => server.url + basePath(wire, tag),
    calls,
    get violations() {
      return calls.flatMap(({ violation }) => violation ?? [])
    },
    get losses() {
      return calls.flatMap(({ losses }) => losses)
    },
    script: (model, script) => void scripts.set(model, script),
    oauth,
    subscription,
    get copilotToken() {
      return copilotToken
    },
    rotateCopilotToken: () => (copilotToken = newGitHubToken()),
    strangers: server.strangers,
    proxyEnv: (folder) => {
      const file = join(folder, 'strict-provider.pem')
      writeFileSync(file, certificate.cert)
      return { HTTPS_PROXY: server.url, NODE_EXTRA_CA_CERTS: file }
    },
    reset: () => void calls.splice(0),
    forget: () => {
      calls.splice(0)
      memory.forget()
    },
    close: () => server.close(),
  }

  async function answer(incoming: Incoming): Promise<Reply> {
    const { pathname, searchParams: query } = new URL(incoming.url, server.url)
    const place = placeOf(pathname)
    if (!place) {
      server.strangers.push(pathname)
      return { status: 404, json: { error: { message: `no vendor is played at ${pathname}` } } }
    }
    const call = recordOf(incoming, place, query)
    calls.push(call)
    await before?.(call)
    const { method, headers, text, body } = call
    const request = { method, path: place.path, query, headers, text, body, provider: place.provider }
    const reply = play(
      wires[place.wire],
      request,
      call,
      contextOf(call, memory, (model) => scripts.get(model) ?? scriptNamed(model, stock)),
    )
    call.status = reply.status
    return reply
  }
}

interface Logins {
  oauth: OAuth
  subscription: Subscription
  copilotToken: () => string
}

function wiresOf(key: string, { oauth, subscription, copilotToken }: Logins): Record<WireName, Wire> {
  const stores = new Map<string, StoredItems>()
  const storeOf = (provider: string): StoredItems => {
    const store = stores.get(provider) ?? storedItems()
    stores.set(provider, store)
    return store
  }
  return {
    chat: openAiChat(key),
    deepseek: deepSeekChat(key),
    openrouter: openRouterChat(key),
    responses: openAiResponses(key, storeOf),
    anthropic: anthropicMessages(key, subscription),
    gemini: gemini(key),
    copilot: copilot(copilotToken, storeOf),
    chatgpt: chatGptBackend(oauth, storeOf),
    oauth: oauth.wire,
    subscription: subscription.wire,
  }
}

function newGitHubToken(): string {
  return `gho_${randomUUID().replaceAll('-', '')}`
}
