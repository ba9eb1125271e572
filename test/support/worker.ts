import { readdirSync } from 'node:fs'

/** What a shared process holds, looked at from outside of it. Linux only. */
export interface WorkerHoldings {
  descriptors: number
}

export function lookInto(pid: number): WorkerHoldings {
  return { descriptors: readdirSync(`/proc/${pid}/fd`).length }
}
