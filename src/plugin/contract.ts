/**
 * The protocol between the daemon and the plugin inside an opencode process: one JSON line in on stdin, JSON
 * lines out on stdout. Both sides import this file and nothing else of each other.
 */
import type { Message, OutputFormat, Parameters, Tool, ToolChoice } from '../core/prompt.ts'

/** Raised whenever either side could no longer understand the other. */
export const PROTOCOL_VERSION = 1

/** The key that marks a line on stdout as ours; opencode prints lines of its own beside them. */
export const FRAME_MARKER = 'ocb'

/** The environment variable that carries `PluginSettings` as JSON. */
export const SETTINGS_VARIABLE = 'OPENCODE_BRIDGE_PLUGIN'

export interface PluginSettings {
  protocol: number
  /**
   * `probe` reports the models; `once` serves the request that becomes the prompt; `resident` those on stdin, by id;
   * `agents` only holds opencode's own agents to a policy.
   */
  task: 'probe' | 'once' | 'resident' | 'agents'
  /** The agent that requests run under. */
  agent: string
  /** True for our own agent without prompt and tools; false for one of opencode's that the user chose. */
  bare: boolean
  /** The model whose code paths are warmed; any model may be asked for later. */
  warmModel?: { providerID: string; modelID: string }
  /** Of the task `agents`. */
  permissions?: Permissions
  /** Of the task `agents`: the model for messages that name none, and for titles. */
  defaultModel?: string
}

/** What agents may do, by opencode's names of permissions (`edit`, `bash`, `webfetch`, …). */
export type Permissions = Record<string, 'allow' | 'ask' | 'deny'>

/** What is written to the stdin of a resident process, a line each. A one-shot process gets one envelope and the end. */
export type Command = { type: 'request'; envelope: Envelope } | { type: 'abort'; id: string }

/** A request. */
export interface Envelope {
  id: string
  model: { providerID: string; modelID: string }
  messages: Message[]
  tools: Tool[]
  toolChoice: ToolChoice
  output: OutputFormat
  parameters: Parameters
  retry: RetryPolicy
}

/** When a failed call to the provider is repeated; times in milliseconds. */
export interface RetryPolicy {
  maxRetries: number
  delay: number
  /** A provider that asks for a longer pause gets no further call. */
  maxRetryAfter: number
}

/** What a process says: of itself, or of a request in it. */
export type Frame = ProcessFrame | RequestFrame

export type ProcessFrame =
  | { type: 'hello'; protocol: number }
  | { type: 'ready' }
  /** The hooks did not behave as they must, so no request may be sent. */
  | { type: 'unfit'; message: string }
  | { type: 'models'; providers: ProbedProvider[] }

/** `request` is the id of its envelope. */
export type RequestFrame = { request: string } & RequestNews

export type RequestNews =
  /** Sent every second while a request runs, so that a dead daemon is noticed by its closed pipe. */
  | { type: 'alive' }
  | { type: 'text'; delta: string }
  | { type: 'reasoning'; delta: string }
  | { type: 'tool-start'; id: string; name: string }
  | { type: 'tool-delta'; id: string; arguments: string }
  | { type: 'logprobs'; content: unknown[] }
  /** Which of the stop sequences ended the answer, where the provider said so. */
  | { type: 'stop-sequence'; sequence: string }
  | { type: 'retry'; attempt: number; delay: number; message: string }
  | { type: 'step-finish'; reason: string; tokens: FrameTokens | undefined }
  | { type: 'error'; error: FrameError }
  /** The request is over; nothing follows. */
  | { type: 'done' }

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

/** A provider of `GET /config/providers`, without keys, options and headers. */
export interface ProbedProvider {
  id: string
  name: string
  env: string[]
  /** Where the right to use it comes from; `custom` for opencode's own gateway without a login. */
  source: string
  models: Record<string, ProbedModel>
}

/** A model as opencode describes it inside; the part of it that the bridge reads. */
export interface ProbedModel {
  id: string
  name: string
  family?: string
  api: { id: string; url: string; npm: string }
  status: string
  cost: ProbedCost
  limit: { context: number; input?: number; output: number }
  capabilities: {
    temperature: boolean
    reasoning: boolean
    attachment: boolean
    toolcall: boolean
    input: Record<Modality, boolean>
    output: Record<Modality, boolean>
    interleaved: boolean | { field: string }
  }
  release_date: string
  variants?: Record<string, Record<string, unknown>>
}

export type Modality = 'text' | 'audio' | 'image' | 'video' | 'pdf'

interface ProbedCost {
  input: number
  output: number
  cache: { read: number; write: number }
}

/** opencode's `step-finish` counts: `input` excludes cached tokens, `output` excludes reasoning. */
export interface FrameTokens {
  input: number
  output: number
  reasoning: number
  cache: { read: number; write: number }
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

/** The line that stands on stdin for a resident process; `parseCommand` reads it. */
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
