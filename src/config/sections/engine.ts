import { z } from 'zod'
import { bytes, count, duration, setting } from '../setting.ts'

/** How opencode is run: how many processes, for how long. */
export const engine = {
  engine: setting(z.enum(['auto', 'run', 'serve']).default('auto'), {
    description:
      'How opencode is run: `run` is a process for each request, `serve` a few resident ones for all; `auto` gives a request a fresh process where one waits, and lets the others share',
    flag: 'start',
    project: true,
  }),
  minIdle: count(0, 1, 'Processes that wait ready; each is about 350 MB', { flag: 'start' }),
  maxSize: count(1, 4, 'How many opencode processes may run at once', { flag: 'start' }),
  workers: count(1, 1, 'Of engine `serve`: resident processes at most', { max: 64 }),
  workerConcurrency: count(1, 32, 'Of engines `auto` and `serve`, and of sessions: requests at a time in one process'),
  maxWorkerMemory: bytes(1, 2 * 1024 ** 3, 'Of engines `auto` and `serve`, and of sessions: beyond it a process is replaced'),
  maxQueue: count(0, 64, 'Requests that may wait for a process; 429 beyond'),
  acquireTimeout: duration(60_000, 'How long a request may wait for a process', { project: true }),
  idleTimeout: duration(30 * 60_000, 'Of a waiting process', { project: true }),
  // Under the 60 minutes after which opencode drops its own warm services.
  maxLifetime: duration(45 * 60_000, 'Of a process', { max: 55 * 60_000, project: true }),
  startTimeout: duration(20_000, 'Until a process must be ready', { project: true }),
}
