import type { CallEvent, ProviderCall } from '../core/call.ts'
import type { AnswerEvent } from '../core/answer-event.ts'
import type { Prompt } from '../core/prompt.ts'
import type { UsageNews } from '../core/usage.ts'
import type { Lease } from '../engines/engine.ts'
import type { OpenCall } from '../records/open-call.ts'
import type { Redactor } from '../redaction/redactor.ts'
import { editJson } from './edit-json.ts'

/**
 * A place from which nothing leaves that a pattern of `redact` finds. It is here, where all three lanes end, and not where
 * each writes what it asks: what is remembered of earlier answers, kept by us or put in by a repair comes in between.
 * @param call hears how much was replaced
 */
export function redactedLease(lease: Lease, redactor: Redactor | undefined, call: OpenCall): Lease {
  if (redactor === undefined) return lease
  return {
    form: lease.form,
    servedBy: lease.servedBy,
    call: (asked) => callRedacted(lease, redactor, asked, call),
    generate: (prompt) => generateRedacted(lease, redactor, prompt, call),
    release: () => lease.release(),
  }
}

async function* callRedacted(lease: Lease, redactor: Redactor, asked: ProviderCall, call: OpenCall): AsyncGenerator<CallEvent> {
  const body = JSON.parse(asked.body) as Record<string, unknown>
  const { value, count } = await redactor.redact(body)
  call.redact(count)
  // The rest stays as the client wrote it.
  const changes = Object.fromEntries(Object.entries(value).filter(([name, member]) => member !== body[name]))
  yield* lease.call(count === 0 ? asked : { ...asked, body: editJson(asked.body, changes) })
}

async function* generateRedacted(lease: Lease, redactor: Redactor, prompt: Prompt, call: OpenCall): AsyncGenerator<AnswerEvent | UsageNews> {
  const { value, count } = await redactor.redact(prompt)
  call.redact(count)
  yield* lease.generate(value)
}
