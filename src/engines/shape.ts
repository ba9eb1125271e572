import type { PoolShape } from '../pool/pool.ts'
import type { EngineName } from './engine.ts'

export interface ShapeOptions {
  engine: EngineName
  /** Fresh processes to keep, and processes at most. */
  minIdle: number
  maxSize: number
  /** Resident processes at most, and requests at a time in each that is shared. */
  workers: number
  workerConcurrency: number
}

/** What each engine makes of the one pool of processes. */
export function shapeOf({ engine, minIdle, maxSize, workers, workerConcurrency }: ShapeOptions): PoolShape {
  switch (engine) {
    case 'run':
      return { minIdle, maxSize, capacity: 1, turnover: 'each' }
    case 'serve':
      return { minIdle: 1, maxSize: workers, capacity: workerConcurrency, turnover: 'none' }
    case 'auto':
      return { minIdle, maxSize: Math.max(maxSize, workers), capacity: workerConcurrency, turnover: 'quiet' }
  }
}
