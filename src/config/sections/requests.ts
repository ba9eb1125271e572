import { z } from 'zod'
import { compileRule } from '../../redaction/rule.ts'
import { bytes, count, duration, setting, toggle } from '../setting.ts'

const REDACTED = '[redacted]'

/** A pattern alone, or one with what is to stand for what it finds. */
const redactRule = z
  .union([
    z
      .string()
      .min(1)
      .transform((pattern) => ({ pattern, replacement: REDACTED })),
    z.strictObject({ pattern: z.string().min(1), replacement: z.string().default(REDACTED) }),
  ])
  .superRefine((rule, context) => {
    try {
      compileRule(rule)
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message })
    }
  })

/** What is made of a request. */
export const requests = {
  strict: toggle('Refuse what would be ignored and could change the answer', { flag: 'start', project: true }),
  lane: setting(z.enum(['auto', 'verbatim', 'translated', 'session']).default('auto'), {
    description:
      "The way of every request; the header `x-bridge-lane` for one. `verbatim` passes the client's own body to a provider of its format, `translated` writes another for it, `session` goes through opencode's prompt loop; `auto` is the first that can do it",
    project: true,
  }),
  allowRemoteFiles: toggle(
    'Fetch files behind http(s) URLs and pages that a model asks for (`web_fetch`), 20 for a request, within 30 seconds; never from a private address',
  ),
  redact: setting(z.array(redactRule).default([]), {
    description:
      'What leaves in no prompt: patterns in RE2’s syntax, each alone or as `{ "pattern": "…", "replacement": "…" }`, where `$1` is what its first group found; see [Security](#security)',
  }),
  userSessions: toggle('Take `user` for the name of a conversation to go on with, as the header `x-bridge-session` does'),
  maxReasoningBytes: bytes(0, 64 * 1024 * 1024, 'Memory for what answers with tool calls had that clients do not send back and providers want; 0 for none', {
    flag: 'start',
  }),
  maxReasoningEntries: count(0, 20_000, 'Answers of which that is kept; 0 for none', { max: 1_000_000 }),
  reasoningLifetime: duration(24 * 60 * 60_000, 'Since it was used last', { max: 20 * 24 * 60 * 60_000 }),
}
