import type { AnswerEvent } from '../../core/answer-event.ts'
import type { Prompt } from '../../core/prompt.ts'
import type { Adaption, Run } from '../adaption.ts'
import { withOneRepair } from '../repair.ts'
import { CallReader, type CallRules } from './call-reader.ts'
import { callChecker } from './check-call.ts'
import { mayCall, writeToolsAsText } from './prompt.ts'

/**
 * Lets a model without native tool calling call tools by JSON in its text; what goes in and comes out is native.
 * The events throw a BridgeError 400 `invalid_json_schema` for a tool whose schema is too large, or takes too much.
 */
export const jsonTools: Adaption = (run) => (prompt) => answerWithCalls(run, prompt)

async function* answerWithCalls(run: Run, prompt: Prompt): AsyncGenerator<AnswerEvent> {
  if (!mayCall(prompt)) return yield* run(writeToolsAsText(prompt))
  const rules: CallRules = {
    check: callChecker(prompt.tools, prompt.toolChoice),
    required: prompt.toolChoice.type !== 'auto',
    parallel: prompt.parameters.parallelToolCalls !== false,
  }
  yield* withOneRepair(run, writeToolsAsText(prompt), (attempt) => new CallReader(rules, attempt))
}
