import { z } from 'zod'
import { parseOverride, SCOPE_KINDS } from '../../records/pricing/overrides.ts'
import { count, optional, setting } from '../setting.ts'
import { secretValue } from './providers.ts'

const pricingOverride = z
  .strictObject({
    id: z.string().min(1).optional(),
    name: z.string().min(1).optional(),
    scope_kind: z.enum(SCOPE_KINDS),
    provider_id: z.string().min(1).optional(),
    virtual_key_id: z.string().min(1).optional(),
    match_type: z.enum(['exact', 'prefix', 'wildcard']),
    pattern: z.string().min(1),
    request_types: z.array(z.string().min(1)).optional(),
    pricing_patch: z.union([z.string().min(1), z.record(z.string(), z.unknown())]),
  })
  .superRefine((override, context) => {
    try {
      parseOverride(override, 0)
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message })
    }
  })

/** What is kept of requests, and what they cost. */
export const records = {
  ledger: setting(z.boolean().default(true), {
    description: 'Keep books of requests for an answer: who asked which model, tokens, cost, times; never their text',
  }),
  database: optional('Where the books are: the path of a SQLite file, or `postgres://…`; else `opencode-bridge/ledger.db` in the folder of user data', {
    secret: true,
  }),
  ledgerDays: count(1, 400, 'Days for which the books keep each request; their sums by day stay'),
  metrics: setting(z.boolean().default(true), { description: 'Answer `GET /metrics` for Prometheus' }),
  otlpEndpoint: optional('Where spans of requests are sent as OpenTelemetry traces over HTTP, such as `http://127.0.0.1:4318`; needs packages of your own', {
    variables: ['OPENCODE_BRIDGE_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
  }),
  timeZone: setting(z.string().refine(isTimeZone, 'no time zone, as `Europe/Berlin` is one').optional(), {
    description: 'Time zone of the days and months of the books; else the system’s',
  }),
  audit: optional(
    'Where the record of every request goes as JSON, beside the log and the books: the path of a file, a line for each, or a URL that lists of them are posted to; never the text of a request',
    { secret: true, file: true },
  ),
  auditHeaders: setting(z.record(z.string().min(1), secretValue).default({}), {
    description: 'Headers of those posts; a value may be `{ env }`, `{ file }` or `{ command, args, … }`, as a provider’s',
    secret: true,
  }),
  pricingUrl: optional('A list of prices that stands before opencode’s catalogue: a URL, or the path of a JSON file, in LiteLLM’s or Bifrost’s form', {
    file: true,
  }),
  pricingOverrides: setting(z.array(pricingOverride).default([]), {
    description: 'Prices of models that stand before all others, in the form of Bifrost’s `pricing_overrides`',
  }),
  answerCosts: setting(z.enum(['off', 'own', 'all']).default('own'), {
    description:
      'Where answers say what they cost, in OpenRouter’s fields and in headers: `own` is in those that the bridge writes, `all` also in those that it would pass on byte for byte',
  }),
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format(0)
    return true
  } catch {
    return false
  }
}
