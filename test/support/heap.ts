import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes that this process still needs, in and beside its heap; what the system gave it says more of its past. */
export function neededMemory(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** The same after several collections: what is held weakly, as a signal's followers are, goes only with the turn after its own. */
export async function settledMemory(): Promise<number> {
  for (let turn = 0; turn < 5; turn++) {
    collect()
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return neededMemory()
}
