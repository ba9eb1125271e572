/** How many times as large the second input is. */
const FACTOR = 8

/** Work that grows with its input has about 8; by the square it would have 64. */
export const LINEAR = 30

/** For inputs that hardly take any time, such as some of a table; see `growthOf`. */
export const HARDLY_ANY = 4_000

/** An input of so many of the same kind. */
export const many = <T>(count: number, item: (index: number) => T) => Array.from({ length: count }, (_, index) => item(index))

/**
 * How many times as much CPU time `work` takes for an input of eight times the size: the best of five of each, so
 * that it says the same on a busy machine. Its smaller input should take some milliseconds.
 * @param least microseconds that the smaller counts for at least, where it hardly takes any time, or what it needs may be there already
 */
export function growthOf<Input>(prepare: (size: number) => Input, work: (input: Input) => void, size: number, least = 0): number {
  const [small, large] = [prepare(size), prepare(size * FACTOR)]
  // Warms up what both run through.
  work(small)
  const best = (input: Input) => Math.min(...Array.from({ length: 5 }, () => cpuTimeOf(() => work(input))))
  return best(large) / Math.max(least, best(small))
}

/** In microseconds. */
function cpuTimeOf(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return Math.max(1, user + system)
}
