import type { Adaption } from '../adaption.ts'
import { withOneRepair } from '../repair.ts'
import { CallReader, type CallRules } from './call-reader.ts'
import { callChecker } from './check-call.ts'
import { mayCall, writeToolsAsText } from './prompt.ts'

/** Lets a model without native tool calling call tools by JSON in its text; what goes in and comes out is native. */
export const jsonTools: Adaption = (run) => (prompt) => {
  const written = writeToolsAsText(prompt)
  if (!mayCall(prompt)) return run(written)
  const rules: CallRules = {
    check: callChecker(prompt.tools, prompt.toolChoice),
    required: prompt.toolChoice.type !== 'auto',
    parallel: prompt.parameters.parallelToolCalls !== false,
  }
  return withOneRepair(run, written, (attempt) => new CallReader(rules, attempt))
}
