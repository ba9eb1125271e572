import type { Command, LearnedForm, ModelRef } from '../contract.ts'

/** What the thread of calls is begun with. */
export interface ThreadStart {
  /** That commands come on; 0 is stdin. */
  commands: number
  /** See `output.ts`. */
  outputLock: SharedArrayBuffer
  /** Undefined where a command is to say it. */
  warmModel: ModelRef | undefined
  /** Whether how that is called is learned before anything is asked for. */
  learns: boolean
}

/** What the thread has begun with. */
export interface Begun {
  /** What was learned. */
  forms: LearnedForm[]
  /** The one that is to be warmed. */
  model: ModelRef | undefined
}

/** How to call a model's provider as opencode does, without what cannot leave opencode's thread. */
export interface CallRecipe {
  /** With its query. */
  url: string
  /** As opencode hands them to the login's `fetch`, if there is one; `session` and `message` stand where its ids stood. */
  headers: [string, string][]
  session: string
  message: string
  login?: LoginRef | undefined
  /** The user's settings of the provider, in milliseconds; `false` is none. */
  timeouts: { timeout?: unknown; headerTimeout?: unknown; chunkTimeout?: unknown }
}

/** A login that has a `fetch` of its own. */
export interface LoginRef {
  number: number
  /** Whether it hands an answer on as the very object that it got: then the answer need not pass through its thread. */
  passesOn: boolean
}

export interface Learned {
  /** What the daemon may know. */
  told: LearnedForm
  recipe: CallRecipe | undefined
}

/** A call as it is handed to a `fetch`. */
export interface OutgoingCall {
  url: string
  headers: [string, string][]
  body: string
}

/** An answer but for its body. */
export interface AnswerHead {
  status: number
  statusText: string
  headers: [string, string][]
}

/** What the thread of calls says to opencode's. `id` ties what belongs to one question. */
export type FromCalls =
  | ({ type: 'begun' } & Begun)
  /** One that is about sessions. */
  | { type: 'command'; command: Command }
  /** The daemon has closed the commands. */
  | { type: 'closed' }
  /** Answered by `learned`. `generation` numbers opencode's directories: a login belongs to the one that it was learned in. */
  | { type: 'learn'; id: number; model: ModelRef; generation: number }
  /** Nothing more is learned in this directory. */
  | { type: 'leave'; generation: number }
  /** Make this call through the login's `fetch`. Answered by `send` where the login passes answers on, else by `head`. */
  | { type: 'login'; id: number; login: LoginRef; call: OutgoingCall }
  /** What came of `send`; the text is there where the answer is an error. Answered by `settled` or another `send`. */
  | { type: 'answered'; id: number; head: AnswerHead; text: string | undefined }
  | { type: 'unanswered'; id: number; error: ThreadError }
  | { type: 'abandon'; id: number }

/** What opencode's thread says. */
export type ToCalls =
  | ({ type: 'learned'; id: number } & Learned)
  /** This is what the login makes of the call. */
  | { type: 'send'; id: number; call: OutgoingCall }
  /** The login's answer; its body follows in pieces. */
  | { type: 'head'; id: number; head: AnswerHead }
  | { type: 'piece'; id: number; bytes: Uint8Array }
  | { type: 'end'; id: number }
  | { type: 'failed'; id: number; error: ThreadError }

/** An error on its way between threads. */
export interface ThreadError {
  name: string
  message: string
}

export function toThreadError(error: unknown): ThreadError {
  return error instanceof Error ? { name: error.name, message: error.message } : { name: 'Error', message: String(error) }
}

export function fromThreadError({ name, message }: ThreadError): Error {
  return Object.assign(new Error(message), { name })
}

export function headOf(response: Response): AnswerHead {
  return { status: response.status, statusText: response.statusText, headers: [...response.headers] }
}
