import type { CallForm } from '../core/call.ts'
import { initiatorOf } from './initiator.ts'

/** Headers of a client's that say what its body may hold; a provider of the same format needs them. */
const PASSED = ['anthropic-beta', 'openai-beta']

/** Of `anthropic-beta`, what GitHub Copilot takes; it refuses a call with any other. */
const COPILOT_BETAS: ReadonlySet<string> = new Set(['interleaved-thinking-2025-05-14', 'context-management-2025-06-27', 'advanced-tool-use-2025-11-20'])

/**
 * What the bridge adds to the headers that opencode would send.
 * @param client those of a client that speaks the provider's own format
 */
export function callHeaders(form: CallForm, body: Record<string, unknown>, client?: Headers): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name of PASSED) {
    const value = client?.get(name)
    if (value) headers[name] = value
  }
  if (!form.loginHeaders.includes('x-initiator')) return headers
  const betas = headers['anthropic-beta']
    ?.split(',')
    .map((beta) => beta.trim())
    .filter((beta) => COPILOT_BETAS.has(beta))
  delete headers['anthropic-beta']
  return { ...headers, ...(betas?.length && { 'anthropic-beta': betas.join(',') }), 'x-initiator': initiatorOf(form.wire, body) }
}
