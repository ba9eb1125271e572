import { parentPort } from 'node:worker_threads'
import { compileSchema, MAX_ERROR_LENGTH, type Validate } from './compile.ts'
import { type Question, READY, type Verdict } from './thread-protocol.ts'

/** Compiled schemas that are kept, the least recently used first: a client sends the same tools with every request. */
const MAX_KEPT = 32

const kept = new Map<string, Validate>()

/** The entry of the thread in which schemas are compiled and run; see `SchemaThreads`. */
const daemon = parentPort!
daemon.on('message', (question: Question) => say(answer(question)))
say(READY)

function say(message: Verdict | typeof READY): void {
  // A window's needs an origin, a thread's has none.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  daemon.postMessage(message)
}

function answer({ schema, texts }: Question): Verdict {
  let validate: Validate
  try {
    validate = kept.get(schema) ?? compileSchema(JSON.parse(schema) as Record<string, unknown>)
  } catch (error) {
    // Some of ajv's repeat the schema.
    return { noSchema: (error as Error).message.slice(0, MAX_ERROR_LENGTH) }
  }
  kept.delete(schema)
  kept.set(schema, validate)
  if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value!)
  return judge(validate, texts)
}

function judge(validate: Validate, texts: readonly string[]): Verdict {
  if (texts.length === 0) return { fits: 0 }
  let problem: string | undefined
  for (const [index, text] of texts.entries()) {
    const value = parse(text)
    if (value === undefined) continue
    const found = validate(value)
    if (found === undefined) return { fits: index }
    problem ??= found
  }
  return { problem }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
