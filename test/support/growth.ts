/** How many times as large the second input is. */
const FACTOR = 16

/** Microseconds; what takes less says nothing. */
const LEAST = 4_000

/** Work that grows with its input has about 16, and more where the collector has more to do; by the square it would have 256. */
export const LINEAR = 100

/**
 * How many times as much CPU time `work` takes for an input of sixteen times the size: the best of three of each, so
 * that it says the same on a busy machine. It should take some milliseconds for the smaller; less counts as `LEAST`.
 */
export function growthOf<Input>(prepare: (size: number) => Input, work: (input: Input) => void, size: number): number {
  const [small, large] = [prepare(size), prepare(size * FACTOR)]
  // Warms up what both run through.
  work(small)
  const best = (input: Input) => Math.min(...Array.from({ length: 3 }, () => cpuTimeOf(() => work(input))))
  return best(large) / Math.max(LEAST, best(small))
}

/** In microseconds. */
function cpuTimeOf(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return Math.max(1, user + system)
}
