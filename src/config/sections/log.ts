import { z } from 'zod'
import { setting, toggle } from '../setting.ts'

/** What is told while it runs. */
export const log = {
  verbose: toggle('Log more; show where an error happened', { flag: 'every' }),
  logFormat: setting(z.enum(['text', 'json']).default('text'), {
    description: 'How the log of the daemon is written: for people, or each line a JSON object, that of a request with all that is known of it',
    flag: 'start',
  }),
}
