import { describe } from 'vitest'

/**
 * The same on engines `serve` and `run`; a process for each request makes it take long, so on `run` it is for those who ask
 * for what is tagged so, as far as nothing depends on the engine but the start of processes.
 */
export function describeEachEngine(name: string, body: (engine: 'run' | 'serve') => void): void {
  describe(`${name} serve`, () => body('serve'))
  describe(`${name} run`, { tags: 'long' }, () => body('run'))
}
