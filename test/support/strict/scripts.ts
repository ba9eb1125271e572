import { createHash, randomBytes } from 'node:crypto'
import { callOf, type ToolOffer } from './call-arguments.ts'

/** A piece of an answer, before a wire gives it ids and tokens. */
export type Piece =
  /** `redacted` shows no text but a token. An empty text is one that the vendor leaves out, its token stays. */
  | { type: 'thinking'; text: string; redacted?: boolean }
  /** `signed` carries a token where a wire has one for text (Gemini), even where the text is empty. */
  | { type: 'text'; text: string; signed?: boolean }
  /** The wire makes an id where none is given. */
  | { type: 'call'; name: string; arguments: Record<string, unknown>; id?: string }

export interface Answer {
  pieces: Piece[]
  /** How it ends; `stop` stands for tool calls as well. `error` and `cut` end a stream in its middle, after the pieces. */
  end?: 'stop' | 'length' | 'error' | 'cut'
}

/** Where a conversation stands, the same for every wire. */
export interface Turn {
  model: string
  /** How many answers with calls the current turn has; 0 is a new turn. */
  step: number
  /** The texts of the tools' results in the current turn, in their order. */
  results: string[]
  /** The text of the user's last message. */
  user: string
  tools: ToolOffer[]
}

/** Plays a model: what it answers to a conversation. A number is an HTTP status that it fails with. */
export type Script = (turn: Turn) => Answer | number

/** What the last answer of a loop says of the results it was given: nobody can guess it without all of them. */
export function nonceOf(results: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(results)).digest('hex').slice(0, 16)
}

/** Thinking that shows every change: blanks at its ends, lines, more than ASCII, and what nobody else thinks. */
export function thought(of: string, text = 'considers — “all of it” 🙂'): Piece {
  return { type: 'thinking', text: `${of} ${text}\n\n  step by step,\tthen ${randomBytes(6).toString('hex')}. ` }
}

/** The `index`th call of a loop. */
export type CallChooser = (turn: Turn, index: number) => Piece

const done = ({ results }: Turn): Piece => ({ type: 'text', text: `All done: ${nonceOf(results)}` })
const redacted = (): Piece => ({ type: 'thinking', text: '', redacted: true })
const silent = (): Piece => ({ type: 'thinking', text: '' })
const signedBlank: Piece = { type: 'text', text: '', signed: true }

/** The models that the server plays by the last word of their names, with the calls of `call`. */
export function stockScripts(call: CallChooser = callOf): Record<string, Script> {
  /** Two calls, one more, the nonce of all three results; before each the thinking of that step. */
  const loop =
    (...thinking: (() => Piece[])[]): Script =>
    (turn) => {
      const thoughts = thinking[Math.min(turn.step, thinking.length - 1)]!()
      if (turn.step === 0) return { pieces: [...thoughts, call(turn, 0), call(turn, 1)] }
      return { pieces: [...thoughts, turn.step === 1 ? call(turn, 2) : done(turn)] }
    }
  return {
    loop: loop(
      () => [thought('The model')],
      () => [thought('It')],
      () => [thought('At last it')],
    ),
    redacted: loop(
      () => [redacted()],
      () => [thought('Half of it'), redacted()],
      () => [redacted()],
    ),
    silent: loop(() => [silent()]),
    interleaved: (turn) => {
      if (turn.step > 0) return { pieces: [thought('At last it'), done(turn)] }
      return { pieces: [thought('First'), call(turn, 0), thought('Then'), { type: 'text', text: 'One more thing.' }, call(turn, 1)] }
    },
    // Gemini signs a text, which may be empty; what comes before is a usual step.
    'signed-text': (turn) => {
      if (turn.step > 0) return { pieces: [thought('Once more'), done(turn), signedBlank] }
      return { pieces: [thought('Here'), { type: 'text', text: 'Let me look.' }, signedBlank, call(turn, 0), call(turn, 1)] }
    },
    text: () => ({ pieces: [thought('Just'), { type: 'text', text: 'Hello there.' }] }),
    echo: ({ user }) => ({ pieces: [{ type: 'text', text: user }] }),
    length: () => ({ pieces: [{ type: 'text', text: 'Cut sho' }], end: 'length' }),
    'stream-error': () => ({ pieces: [{ type: 'text', text: 'Half of' }], end: 'error' }),
    cut: () => ({ pieces: [{ type: 'text', text: 'Half of' }], end: 'cut' }),
  }
}

/** The script that the name of a model ends with; `error-<status>` fails with it. */
export function scriptNamed(model: string, scripts: Record<string, Script>): Script | undefined {
  const failing = /(?:^|[-/])error-(\d{3})$/.exec(model)
  if (failing) return () => Number(failing[1])
  const name = Object.keys(scripts).find((name) => model === name || model.endsWith(`-${name}`) || model.endsWith(`/${name}`))
  return name === undefined ? undefined : scripts[name]
}
