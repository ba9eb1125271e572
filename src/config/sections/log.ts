import { toggle } from '../setting.ts'

/** What is told while it runs. */
export const log = {
  verbose: toggle('Log more; show where an error happened', { flag: 'every' }),
}
