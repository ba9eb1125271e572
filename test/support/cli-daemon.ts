import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { isolatedEnv, providerConfig, testEngine } from './bridge.ts'
import { catalogueEnv } from './catalogue.ts'
import { takePlace } from './place.ts'
import { killAll, processesOf } from './processes.ts'
import { startUpstream, type Upstream } from './upstream.ts'

/** A daemon in a process of its own, started by the command line as its users do. */
export interface CliDaemon extends StartingDaemon {
  url: string
  chat(body: Record<string, unknown>): Promise<Response>
  status(): Promise<any>
}

export interface StartingDaemon {
  pid: number
  home: string
  upstream: Upstream
  /** Resolves when it has ended. */
  exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  /** What it printed, on both streams. */
  output(): string
  kill(signal: NodeJS.Signals): void
  /** Resolves with its URL; rejects when it ends before. */
  ready(): Promise<string>
  /** Ends it and all that it started, and removes its home. */
  dispose(): Promise<void>
}

export interface DaemonOptions {
  /** Of a daemon before, to start another one in; it stays that one's to remove. */
  home?: string
  /** False where it is to find out its models by itself; see `takePlace`. */
  known?: boolean
  /** What runs it, before node: such as a shell that sets limits. */
  within?: (file: string, args: string[]) => { file: string; args: string[] }
}

/** Starts `ocb start` on a free port and waits for it. */
export async function startCliDaemon(env: NodeJS.ProcessEnv = {}, options: DaemonOptions = {}): Promise<CliDaemon> {
  const starting = await beginCliDaemon(env, options)
  const url = await starting.ready()
  return {
    ...starting,
    url,
    chat: (body) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'test/model', ...body }),
      }),
    status: async () => (await fetch(`${url}/status`)).json(),
  }
}

/** Starts it and does not wait. */
export async function beginCliDaemon(
  env: NodeJS.ProcessEnv = {},
  { home: earlier, known = env.OPENCODE_BIN === undefined, within = (file, args) => ({ file, args }) }: DaemonOptions = {},
): Promise<StartingDaemon> {
  const place = earlier === undefined ? takePlace(known) : undefined
  const home = earlier ?? place!.home
  const upstream = await startUpstream(place?.port)
  place?.keepPort(Number(new URL(upstream.url).port))
  const bin = fileURLToPath(new URL('../../bin/opencode-bridge.js', import.meta.url))
  const { file, args } = within(process.execPath, [bin, 'start', '--port', '0'])
  const child = spawn(file, args, {
    cwd: home,
    env: {
      ...isolatedEnv(home),
      ...catalogueEnv('none'),
      OPENCODE_CONFIG_CONTENT: providerConfig(upstream.url, { model: {} }),
      OPENCODE_BRIDGE_START_TIMEOUT: '60000',
      ...engineFromEnv(),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
  const exit = once(child, 'exit').then(([code, signal]) => ({ code, signal }))
  return {
    pid: child.pid!,
    home,
    upstream,
    exit,
    output: () => output,
    kill: (signal) => void child.kill(signal),
    ready: () => urlOf(child, exit, () => output),
    dispose: async () => {
      child.kill('SIGKILL')
      await exit
      killAll(processesOf(home))
      await upstream.close()
      place?.leave()
    },
  }
}

function urlOf(child: ChildProcess, exit: Promise<unknown>, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const url = /is ready: (\S+)\/v1/.exec(output())?.[1]
      if (url !== undefined) resolve(url)
    }
    child.stdout!.on('data', look)
    look()
    void exit.then(() => reject(new Error(`the daemon ended:\n${output()}`)))
  })
}

/** What the projects of `vitest.config.ts` hold tests to that do not care themselves. */
function engineFromEnv(): NodeJS.ProcessEnv {
  const engine = testEngine()
  return engine === undefined ? {} : { OPENCODE_BRIDGE_ENGINE: engine }
}
