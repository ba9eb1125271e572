import { memoryOf } from './process-memory.ts'

/** Milliseconds between two looks. */
const CHECK_INTERVAL = 15_000
/** So many of them must fail in a row. */
const MAX_FAILED_CHECKS = 2

export interface HealthOptions {
  pid: number | undefined
  /** Whether it answers; must end by itself, well within the interval. */
  isAnswering(): Promise<boolean>
  /** Hears of its resident bytes. */
  onMemory(bytes: number | undefined): void
  /** Called while it does not answer. */
  onHung(): void
  interval?: number | undefined
}

/**
 * Looks after a server that may hang.
 * @returns ends it
 */
export function watchHealth({ pid, isAnswering, onMemory, onHung, interval = CHECK_INTERVAL }: HealthOptions): () => void {
  let failures = 0
  const timer = setInterval(async () => {
    failures = (await isAnswering()) ? 0 : failures + 1
    onMemory(pid === undefined ? undefined : (await memoryOf([pid]))[pid])
    if (failures >= MAX_FAILED_CHECKS) onHung()
  }, interval).unref()
  return () => clearInterval(timer)
}
