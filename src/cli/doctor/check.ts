import { toCliError } from '../command-line/failure.ts'

/** One line of the doctor's report. */
export interface Check {
  name: string
  status: 'ok' | 'warn' | 'fail'
  detail: string
  /** What to do about it. */
  fix?: string
}

/** The failed check that an error amounts to. */
export function failed(name: string, error: unknown, fix: string): Check {
  return { name, status: 'fail', detail: toCliError(error).message, fix }
}
