import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isolatedEnv, providerConfig } from './bridge.ts'
import { processesOf } from './processes.ts'
import { startUpstream, type Upstream } from './upstream.ts'

/** A daemon in a process of its own, started by the command line as its users do. */
export interface CliDaemon {
  url: string
  pid: number
  home: string
  upstream: Upstream
  /** Resolves when it has ended. */
  exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  /** What it printed, on both streams. */
  output(): string
  chat(body: Record<string, unknown>): Promise<Response>
  status(): Promise<any>
  kill(signal: NodeJS.Signals): void
  /** Ends it and all that it started, and removes its home. */
  dispose(): Promise<void>
}

/** Starts `ocb start` on a free port. */
export async function startCliDaemon(env: NodeJS.ProcessEnv = {}): Promise<CliDaemon> {
  const upstream = await startUpstream()
  const home = mkdtempSync(join(tmpdir(), 'bridge-test-'))
  const bin = fileURLToPath(new URL('../../bin/opencode-bridge.js', import.meta.url))
  const child = spawn(process.execPath, [bin, 'start', '--port', '0'], {
    cwd: home,
    env: { ...isolatedEnv(home), OPENCODE_CONFIG_CONTENT: providerConfig(upstream.url, { model: {} }), OPENCODE_BRIDGE_START_TIMEOUT: '60000', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const exit = once(child, 'exit').then(([code, signal]) => ({ code, signal }))
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString('utf8')
      const found = /is ready: (\S+)\/v1/.exec(output)
      if (found) resolve(found[1]!)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    void exit.then(() => reject(new Error(`the daemon ended:\n${output}`)))
  })
  return {
    url,
    pid: child.pid!,
    home,
    upstream,
    exit,
    output: () => output,
    chat: (body) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'test/model', ...body }),
      }),
    status: async () => (await fetch(`${url}/status`)).json(),
    kill: (signal) => void child.kill(signal),
    dispose: async () => {
      child.kill('SIGKILL')
      await exit
      for (const pid of processesOf(home)) process.kill(pid, 'SIGKILL')
      await upstream.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}
