import type { H3Event } from 'h3'
import type { Engine, EngineStatus } from '../engines/engine.ts'
import type { Instance } from './app-options.ts'

export interface Health {
  status: 'ok'
  pid: number
  /** Unique for each start of the daemon. */
  instance: string
  version: string
}

export interface Readiness {
  status: 'ready' | 'not_ready'
  mode: EngineStatus['mode']
  pool: EngineStatus['pool']
}

/** Tells that the daemon lives, and which one it is. */
export function health(instance: Instance): Health {
  return { status: 'ok', pid: instance.pid, instance: instance.id, version: instance.version }
}

/** Tells whether a request would be served, by 200 or 503. */
export async function readiness(event: H3Event, engine: Pick<Engine, 'status'>): Promise<Readiness> {
  const { mode, pool, ready } = await engine.status()
  event.res.status = ready ? 200 : 503
  return { status: ready ? 'ready' : 'not_ready', mode, pool }
}
