import { readdirSync, readFileSync } from 'node:fs'
import { pidToPorts } from 'pid-port'

/** What a resident worker holds, looked at from outside of it. Linux only. */
export interface WorkerHoldings {
  /** The sessions of all its directories, asked of its own HTTP API. */
  sessions: string[]
  descriptors: number
}

export async function lookInto(pid: number): Promise<WorkerHoldings> {
  return {
    sessions: await sessionsOf(pid),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
  }
}

async function sessionsOf(pid: number): Promise<string[]> {
  const password = /(?:^|\0)OPENCODE_SERVER_PASSWORD=([^\0]*)/.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))![1]
  const [port] = await pidToPorts(pid)
  const headers = { authorization: `Basic ${Buffer.from(`opencode:${password}`).toString('base64')}` }
  const response = await fetch(`http://127.0.0.1:${port}/experimental/session`, { headers })
  if (!response.ok) throw new Error(`opencode does not list its sessions: ${response.status}`)
  const sessions = (await response.json()) as { id: string }[]
  return sessions.map(({ id }) => id)
}
