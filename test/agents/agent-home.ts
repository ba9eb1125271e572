import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Connector, Place } from '../../src/connectors/connector.ts'
import { finished, type Result } from '../cli/sandbox.ts'
import { isolatedEnv } from '../support/bridge.ts'
import { killAll, processesOf } from '../support/processes.ts'

/** Under vitest's own limit, so that a run that hangs still says what it printed. */
const TIMEOUT = 110_000

/** Sends every call to another host to a port that nobody listens on, so that none is waited for. */
const OFFLINE = {
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  NO_PROXY: '127.0.0.1,localhost',
  DO_NOT_TRACK: '1',
  DISABLE_TELEMETRY: '1',
}

/** The home of an agent, with a folder to work in that has a note. */
export class AgentHome {
  readonly path = mkdtempSync(join(tmpdir(), 'bridge-agent-home-'))
  readonly cwd = join(this.path, 'work')
  /** What the file `note.txt` says; it stands nowhere else. */
  readonly note = `note-${randomUUID()}`
  /** Of all that runs in it. */
  readonly env: NodeJS.ProcessEnv

  constructor(env: NodeJS.ProcessEnv) {
    this.env = { ...isolatedEnv(this.path), ...OFFLINE, ...env }
    mkdirSync(this.cwd)
    writeFileSync(join(this.cwd, 'note.txt'), `${this.note}\n`)
  }

  /** As connectors see it. */
  get place(): Place {
    const { path: home, cwd, env } = this
    return { home, cwd, env, platform: process.platform, exists: existsSync }
  }

  /** Writes the settings that `ocb connect --write` writes. */
  connect({ files = [] }: Connector, bridge: { url: string; model?: string }): void {
    for (const { path, edit } of files) {
      const file = path(this.place)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, edit('', { model: undefined, ...bridge, needsKey: true }))
    }
  }

  /** Runs an agent to its end, and ends all that it left running. */
  async run(command: string, args: readonly string[]): Promise<Result> {
    const child = spawn(command, args, { cwd: this.cwd, env: this.env, stdio: ['ignore', 'pipe', 'pipe'] })
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      this.killAll()
    }, TIMEOUT)
    try {
      return await finished(child)
    } finally {
      clearTimeout(timer)
      this.killAll()
    }
  }

  dispose(): void {
    this.killAll()
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 })
  }

  /** Ends all that the agent has started. */
  killAll(): void {
    killAll(processesOf(this.path))
  }
}
