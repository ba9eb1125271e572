import { z } from 'zod'
import { limitsSchema, providerLimitsSchema } from '../limits-schema.ts'
import { setting } from '../setting.ts'

/** How much may be used. */
export const quotas = {
  daemonLimits: setting(limitsSchema.default({}), { description: 'What all clients together may use; see [Limits](#limits)' }),
  clientLimits: setting(limitsSchema.default({}), { description: 'What each client may use, whatever its key may' }),
  providerLimits: setting(z.record(z.string().min(1), providerLimitsSchema).default({}), {
    description: 'What all clients together may use of a provider, by its id, as of GitHub Copilot: `{ "github-copilot": { "costPerMonth": 10 } }`',
  }),
  limitsPolicy: setting(z.enum(['closed', 'open']).default('closed'), {
    description: 'What becomes of a request that no limit can be held to, because the database is gone or nobody knows the price: `closed` refuses it',
  }),
}
