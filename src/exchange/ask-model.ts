import type { CallForm } from '../core/call.ts'
import type { Lane } from '../core/lane.ts'
import { LinkedAbort } from '../core/linked-abort.ts'
import type { Model } from '../core/model.ts'
import type { AnswerEvent } from '../core/answer-event.ts'
import type { AnswerCost } from '../core/money.ts'
import type { Prompt } from '../core/prompt.ts'
import type { UsageNews } from '../core/usage.ts'
import type { Engine, Lease } from '../engines/engine.ts'
import type { Run } from '../generation/adaption.ts'
import { generate, type GenerationSettings } from '../generation/generate.ts'
import type { OpenAttempt } from '../records/open-attempt.ts'
import type { OpenCall } from '../records/open-call.ts'
import type { Redactor } from '../redaction/redactor.ts'
import { wireFormats } from '../wires/index.ts'
import { type HostedServices, offeredTools } from './hosted-tools/offered-tools.ts'
import { withHosted } from './hosted-tools/run-hosted.ts'
import { type Passage, type Passed, passThrough } from './pass-through.ts'
import { isRefusal } from './refusal.ts'
import { redactedLease } from './redacted-lease.ts'
import { type ChoiceEvent, runChoices } from './run-choices.ts'
import { translate } from './translate.ts'

/** What is to be asked, as far as it does not depend on the model that is asked. */
export interface Question<P extends Plan = Plan> {
  /** Who asks. */
  client: string
  /** For the log. */
  requestId: string
  /** How many answers to generate. */
  choices: number
  stream: boolean
  /** See `ProviderCall`. */
  conversation: string
  settings: GenerationSettings
  /** Replaces what is to leave in no prompt. */
  redactor?: Redactor
  /** What runs vendors' tools for models whose providers do not. */
  services?: HostedServices
  /**
   * What becomes of the request on a model that is called in this form.
   * @throws BridgeError 400 when the request cannot be put to it
   */
  plan(model: Model, form: CallForm | undefined): P
  /** Hears the plan that is carried out, and what serves it, before anything is asked. */
  onPlan(plan: P, servedBy: Lease['servedBy']): void
  /** What the answers have cost so far, where that is to be written into one that is passed on. */
  cost?(): AnswerCost | undefined
  /** Hears what the provider says of itself where its answer is not passed on as it came. Names in lower case. */
  onHeaders(headers: Readonly<Record<string, string>>): void
}

/** How a request is put to one model. */
export interface Plan {
  lane: Lane
  /** With the format that its provider really speaks. */
  model: Model
  /** Of the lanes `translated` and `session`. */
  prompt(): Promise<Prompt>
  /** Of the lane `verbatim`. */
  passage?: Omit<Passage, 'form' | 'model' | 'stream' | 'conversation' | 'call' | 'cost'>
}

/**
 * Asks one model.
 * @param attempt hears what it uses
 * @yields the events of the answers, each of which ends with `finish`; or an answer as it comes
 * @throws BridgeError
 */
export async function* askModel<P extends Plan>(
  engine: Pick<Engine, 'open'>,
  question: Question<P>,
  model: Model,
  attempt: OpenAttempt,
  signal: AbortSignal,
): AsyncGenerator<ChoiceEvent | Passed> {
  const { client, requestId, choices, stream, conversation, settings, redactor, services = {} } = question
  const idOf = (choice: number) => (choices === 1 ? requestId : `${requestId}.${choice}`)
  using stop = new LinkedAbort(signal)
  const lease = await engine.open(model.id, { client, signal: stop.signal, requestId: idOf(0) }).finally(() => attempt.dequeued())
  try {
    const { form } = lease
    const plan = question.plan(model, form)
    attempt.placed(lease.servedBy, plan.lane)
    question.onPlan(plan, lease.servedBy)
    if (plan.lane === 'verbatim') {
      const call = attempt.call()
      try {
        yield* passThrough(redactedLease(lease, redactor, call), {
          ...plan.passage!,
          form: form!,
          model: plan.model,
          stream,
          conversation,
          call,
          ...(question.cost && { cost: question.cost }),
        })
      } finally {
        call.end()
      }
      return
    }
    const prompt = await plan.prompt()
    const first = new SingleUse(lease)
    yield* runChoices(
      choices,
      (choice, signal) => {
        const options = { client, signal, requestId: idOf(choice) }
        // The others fail, and the place was taken before there were any.
        if (choice === 0) signal.addEventListener('abort', () => stop.abort(signal.reason), { once: true })
        const run: Run = async function* (adapted) {
          const taken = first.take() ?? (await engine.open(model.id, options))
          const call = attempt.call()
          const place = redactedLease(taken, redactor, call)
          try {
            const translated = plan.lane === 'translated' && place.form
            yield* translated
              ? translate(place, adapted, { model: plan.model, form: translated, stream, conversation, call, onHeaders: question.onHeaders })
              : inSession(place.generate(adapted), call)
          } finally {
            call.end()
            place.release()
          }
        }
        const carriesOutput = plan.lane === 'translated' && form ? wireFormats[form.wire].carriesOutput(prompt, { model: plan.model, form }) : undefined
        const ask: Run = (asked) => generate(run, asked, plan.model, settings, carriesOutput)
        const tools = prompt.hosted ? offeredTools(prompt.hosted, services, plan.model) : []
        return (tools.length > 0 ? withHosted(ask, tools, signal) : ask)(prompt)
      },
      signal,
    )
  } finally {
    lease.release()
  }
}

/** What of a session's news is the answer. */
async function* inSession(news: AsyncIterable<AnswerEvent | UsageNews>, call: OpenCall): AsyncGenerator<AnswerEvent> {
  let begun = false
  try {
    for await (const event of news) {
      if (event.type === 'usage') {
        begun = true
        call.tell(wireFormats[event.wire].usageOf(event.told))
        continue
      }
      if (event.type === 'retry') call.retry()
      else begun = true
      if (event.type === 'finish') call.finish(event.usage)
      yield event
    }
  } catch (error) {
    if (!begun && isRefusal(error)) call.refuse()
    throw error
  }
}

/** The place that was taken to see how the model is called serves the first of its calls. */
class SingleUse {
  #lease: Lease | undefined

  constructor(lease: Lease) {
    this.#lease = lease
  }

  take(): Lease | undefined {
    const lease = this.#lease
    this.#lease = undefined
    return lease
  }
}
