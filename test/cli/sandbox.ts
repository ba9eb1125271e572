import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach } from 'vitest'
import { takePlace } from '../support/place.ts'

const bin = fileURLToPath(new URL('../../bin/opencode-bridge.js', import.meta.url))

export interface Result {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface RunOptions {
  env?: Record<string, string>
  /** What is piped in; nothing (an empty stdin) by default. */
  input?: string | Buffer
  /** Leaves the stdin open after `input`. */
  keepOpen?: boolean
  /** A file that is stdout, instead of a pipe to the test. */
  stdout?: string
}

/** A home of its own for each test, and the end of every process that the test started. */
export class Sandbox {
  readonly #place = takePlace()
  readonly home = this.#place.home
  readonly cwd = join(this.home, 'work')
  readonly #children = new Set<ChildProcess>()

  constructor() {
    mkdirSync(this.cwd)
  }

  /** What a daemon that is killed leaves of its private folder goes with the home. */
  get env(): NodeJS.ProcessEnv {
    return { PATH: process.env.PATH, HOME: this.home, TMPDIR: this.home, XDG_CONFIG_HOME: join(this.home, 'config'), XDG_STATE_HOME: join(this.home, 'state') }
  }

  /** Starts `ocb` and leaves it running. */
  start(args: readonly string[], { env = {}, input = '', keepOpen = false, stdout }: RunOptions = {}): ChildProcess {
    const file = stdout === undefined ? undefined : openSync(stdout, 'w')
    const child = this.track(spawn(process.execPath, [bin, ...args], { cwd: this.cwd, env: { ...this.env, ...env }, stdio: ['pipe', file ?? 'pipe', 'pipe'] }))
    if (file !== undefined) closeSync(file)
    child.stdin!.on('error', () => {})
    if (keepOpen) child.stdin!.write(input)
    else child.stdin!.end(input)
    return child
  }

  /** Runs `ocb` to its end. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<Result> {
    return finished(this.start(args, options))
  }

  track<T extends ChildProcess>(child: T): T {
    this.#children.add(child)
    return child
  }

  /** A process that has nothing to do with us. */
  stranger(): ChildProcess {
    return this.track(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' }))
  }

  dispose(): void {
    for (const child of this.#children) if (child.exitCode === null) child.kill('SIGKILL')
    this.#place.leave()
  }
}

/** Everything that a process printed, once it has ended. */
export async function finished(child: ChildProcess): Promise<Result> {
  const result: Result = { code: null, signal: null, stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (result.stdout += text))
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (result.stderr += text))
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { ...result, code, signal }
}

/** Makes sandboxes and disposes of them after each test of the file. */
export function useSandbox(): () => Sandbox {
  const sandboxes: Sandbox[] = []
  afterEach(() => {
    for (const sandbox of sandboxes.splice(0)) sandbox.dispose()
  })
  return () => {
    const sandbox = new Sandbox()
    sandboxes.push(sandbox)
    return sandbox
  }
}
