/**
 * The protocol between the daemon and the plugin inside an opencode process: JSON lines in, JSON lines out on stdout,
 * and between them the bytes of bodies, each after a line that says whose and how many. Both sides import this file,
 * `probed-models.ts` and `line-reader.ts`, and nothing else of each other.
 */
import type { CallForm, ProviderCall, ProviderHead } from '../core/call.ts'
import type { CallExtras } from '../core/connection.ts'
import type { Message, OutputFormat, Parameters, Tool, ToolChoice } from '../core/prompt.ts'
import type { RedactRule } from '../redaction/rule.ts'
import type { RetryPolicy } from '../core/retry-rules.ts'
import type { UsageNews } from '../core/usage.ts'
import type { ProbedProvider } from './probed-models.ts'

export type { RetryPolicy } from '../core/retry-rules.ts'

/** Raised whenever either side could no longer understand the other. */
export const PROTOCOL_VERSION = 4

/** The key that marks a line on stdout as ours; opencode prints lines of its own beside them. */
export const FRAME_MARKER = 'ocb'

/** The environment variable that carries `PluginSettings` as JSON. */
export const SETTINGS_VARIABLE = 'OPENCODE_BRIDGE_PLUGIN'

export interface PluginSettings {
  protocol: number
  /**
   * `once` serves the request that becomes the prompt; `resident` those on stdin, by id; `agents` only holds opencode's
   * own agents to a policy.
   */
  task: 'once' | 'resident' | 'agents'
  /** The agent that requests run under. */
  agent: string
  /** True for our own agent without prompt and tools; false for one of opencode's that the user chose. */
  bare: boolean
  /** The model whose code paths are warmed; any model may be asked for later. Absent where it `reportsModels`: then `warm` says which. */
  warmModel?: ModelRef
  /** Whether it first says which models the user can use: the daemon cannot know before. */
  reportsModels?: boolean
  /** Whether requests run in sessions whatever their model; else only those whose call could not be learned do. */
  sessionsOnly?: boolean
  /** The descriptor that commands are read from; without it there are none, or they come on stdin to a `resident`. */
  commands?: number
  /** Of opencode's own agents. */
  permissions?: Permissions
  /** Of opencode's own agents: the model for messages that name none, and for titles. */
  defaultModel?: string
  /** What leaves in nothing that opencode itself asks a provider. */
  redact?: readonly RedactRule[]
}

/** What agents may do, by opencode's names of permissions (`edit`, `bash`, `webfetch`, …). */
export type Permissions = Record<string, 'allow' | 'ask' | 'deny'>

/** The two halves of `provider/model`. */
export interface ModelRef {
  providerID: string
  modelID: string
}

/** `provider/model` */
export function modelIdOf({ providerID, modelID }: ModelRef): string {
  return `${providerID}/${modelID}`
}

/**
 * What a process is told beside its prompt: by its stdin where it is `resident`, by `PluginSettings.commands` where it
 * is `once`, because `opencode run` reads its stdin to the end before it does anything.
 */
export type Command =
  /** Get ready, with this model; said once, to a process that has reported the models. */
  | { type: 'warm'; model: ModelRef }
  /** A session of its own, in a resident process; a one-shot one gets the envelope as its prompt. */
  | { type: 'request'; envelope: Envelope }
  /** How does opencode call this model's provider? Answered by `form`, and `done`. */
  | { type: 'learn'; id: string; model: ModelRef }
  /** A call to the provider; its body went before, as bytes. Answered by `head`, bytes and `done`. */
  | ({ type: 'call'; id: string; model: ModelRef } & Omit<ProviderCall, 'body'>)
  /** So many bytes of an answer were taken; see `WINDOW`. */
  | { type: 'credit'; id: string; bytes: number }
  | { type: 'abort'; id: string }
  /** Is opencode's own thread there? Answered by `done`. */
  | { type: 'ping'; id: string }

/** Bytes of one answer that may be under way to the daemon; what follows waits until some were taken. */
export const WINDOW = 256 * 1024

/**
 * Bytes of one answer that may wait in the process beside those. Bun reads an answer to its end, however slowly it is taken,
 * so it can only be held back by ending the call: an `error` of the name `TOO_SLOW`.
 */
export const MAX_BACKLOG = 32 * 1024 * 1024
export const TOO_SLOW = 'ClientTooSlow'

/** The name of an `error` that comes of no call: opencode could not be asked how to make it. */
export const NOT_LEARNED = 'CallNotLearned'

/** A request that runs in a session. */
export interface Envelope {
  id: string
  model: ModelRef
  messages: Message[]
  tools: Tool[]
  toolChoice: ToolChoice
  output: OutputFormat
  parameters: Parameters
  retry: RetryPolicy
  extras?: CallExtras
}

/** What a process says: of itself, or of a request in it. */
export type Frame = ProcessFrame | RequestFrame

export type ProcessFrame =
  | { type: 'hello'; protocol: number }
  /** `forms` of the models that are known already. */
  | { type: 'ready'; forms: LearnedForm[] }
  /** The hooks did not behave as they must, so no request may be sent. */
  | { type: 'unfit'; message: string }
  /** Of models that were learned anew, because what was known of them had become old or wrong. */
  | { type: 'forms'; forms: LearnedForm[] }
  /** Of one that `reportsModels`; it gets ready when it is told to `warm`. */
  | { type: 'models'; providers: ProbedProvider[] }

/** How opencode calls a model's provider; without a form there is only the session, for the reason that `why` says. */
export interface LearnedForm {
  model: ModelRef
  form?: CallForm
  why?: string
}

/** `request` is the id of its envelope or command. */
export type RequestFrame = { request: string } & RequestNews

export type RequestNews =
  /** Sent every second while a request runs, so that a dead daemon is noticed by its closed pipe. */
  | { type: 'alive' }
  | ({ type: 'form' } & LearnedForm)
  | ({ type: 'head' } & ProviderHead)
  | { type: 'text'; delta: string }
  | { type: 'reasoning'; delta: string }
  | { type: 'tool-start'; id: string; name: string }
  | { type: 'tool-delta'; id: string; arguments: string }
  /** What opencode keeps with a part for its provider. Of a text and of reasoning it ends the part. */
  | { type: 'metadata'; part: 'text' | 'reasoning'; metadata: PartMetadata }
  | { type: 'tool-metadata'; id: string; metadata: PartMetadata }
  | { type: 'logprobs'; content: unknown[] }
  /** Which of the stop sequences ended the answer, where the provider said so. */
  | { type: 'stop-sequence'; sequence: string }
  | { type: 'retry'; attempt: number; delay: number; message: string }
  | UsageNews
  | { type: 'step-finish'; reason: string; tokens: FrameTokens | undefined }
  | { type: 'error'; error: FrameError }
  /** The request is over; nothing follows. */
  | { type: 'done' }

/** By the vendor's name in opencode's SDK for it. */
export type PartMetadata = Record<string, unknown>

/** Why a request failed. The HTTP fields are those of the provider's last answer, if it gave one. */
export interface FrameError {
  /** opencode's name of the error, e.g. `APIError`, `ContextOverflowError`. */
  name: string
  message: string
  status?: number
  retryAfter?: string
  /** The provider's error body, cut to 64 kB. */
  body?: string
}

/** opencode's `step-finish` counts: `input` excludes cached tokens, `output` excludes reasoning. */
export interface FrameTokens {
  input: number
  output: number
  reasoning: number
  cache: { read: number; write: number }
}

/** A piece of a body: that of a call, or of a provider's answer. */
export interface RequestBytes {
  type: 'bytes'
  request: string
  bytes: Uint8Array
}

/** Begins the line that announces bytes: no JSON is made or read for them. */
const BYTES_MARKER = `${FRAME_MARKER}#`

/** The line before `length` bytes that belong to a request. */
export function encodeBytesLine(request: string, length: number): string {
  return `${BYTES_MARKER} ${request} ${length}\n`
}

/** What `encodeBytesLine` said, or undefined for any other line. */
export function parseBytesLine(line: string): { request: string; length: number } | undefined {
  if (!line.startsWith(BYTES_MARKER)) return undefined
  const [, request, length] = line.split(' ') as [string, string, string]
  return { request, length: Number(length) }
}

export function encodeFrame(frame: Frame): string {
  return `${JSON.stringify({ [FRAME_MARKER]: PROTOCOL_VERSION, ...frame })}\n`
}

/** Returns the frame of a line, or undefined for a line that is not one of ours. */
export function parseFrame(line: string): Frame | undefined {
  return parseMarked(line) as Frame | undefined
}

/** The text that stands on stdin for a one-shot process; `parseEnvelope` reads it. */
export function encodeEnvelope(envelope: Envelope): string {
  return JSON.stringify({ [FRAME_MARKER]: PROTOCOL_VERSION, ...envelope })
}

/** The line of a command; `parseCommand` reads it. The body of a `call` goes before it, as bytes. */
export function encodeCommand(command: Command): string {
  return `${JSON.stringify({ [FRAME_MARKER]: PROTOCOL_VERSION, ...command })}\n`
}

/** Returns the request of a prompt's text, or undefined for text that is not an envelope. */
export function parseEnvelope(text: string): Envelope | undefined {
  return parseMarked(text) as Envelope | undefined
}

export function parseCommand(line: string): Command | undefined {
  return parseMarked(line) as Command | undefined
}

function parseMarked(text: string): unknown {
  if (!text.startsWith(`{"${FRAME_MARKER}":`)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
