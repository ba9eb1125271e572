import { rm } from 'node:fs/promises'
import { execa } from 'execa'
import { type Frame, parseFrame } from '../plugin/contract.ts'
import { LineSplitter } from '../plugin/lines.ts'
import type { RuntimeFolder } from './runtime-folder.ts'

/** Of stderr, which opencode uses for notes; kept for error messages. */
const STDERR_LIMIT = 4096

export interface OpencodeProcess {
  /** Undefined when the executable could not be started at all; `exit` then says why. */
  readonly pid: number | undefined
  readonly spawnedAt: number
  /** Resolves when it is gone. Never rejects. */
  readonly exit: Promise<ProcessExit>
  /** Writes the prompt and closes stdin, which is what makes `opencode run` begin. */
  submit(prompt: string): void
  /** Writes a line to stdin, which stays open. */
  write(line: string): void
  /** Kills it and what it started; resolves when it is gone. opencode has no graceful stop, so there is none here. */
  kill(): Promise<void>
}

export interface ProcessExit {
  exitCode: number | undefined
  signal: string | undefined
  /** The system's error when it could not be started. */
  code: string | undefined
  /** The end of what it wrote to stderr. */
  stderr: string
}

export interface SpawnOptions {
  binary: string
  args: string[]
  folder: RuntimeFolder
  /** Else the private empty folder. */
  cwd?: string
  env: Record<string, string>
  /** Called for every whole line of stdout: with its frame, or with the text of a line that is not ours. */
  onFrame(frame: Frame): void
  onLine?(line: string): void
}

/** Starts opencode in a process group of its own. Its stdin stays open until `submit`; closing it ends the process. */
export function spawnOpencode({ binary, args, folder, cwd = folder.cwd, env, onFrame, onLine }: SpawnOptions): OpencodeProcess {
  const temporary = folder.temporary()
  const child = execa(binary, args, {
    cwd,
    env: { ...env, TMPDIR: temporary },
    extendEnv: false,
    // Of its own, so that a Ctrl-C in the terminal is the daemon's to handle and a wrapper script dies with its child.
    detached: true,
    // With `detached` execa cannot clean up either; a daemon that dies closes the pipes, and opencode ends by itself.
    cleanup: false,
    buffer: false,
    reject: false,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    encoding: 'buffer',
  })
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-STDERR_LIMIT)
  })
  const lines = new LineSplitter()
  const read = (line: string) => {
    const frame = parseFrame(line)
    if (frame) onFrame(frame)
    else onLine?.(line)
  }
  child.stdout?.on('data', (chunk: Buffer) => lines.push(chunk).forEach(read))
  child.stdout?.on('end', () => lines.end().forEach(read))
  // The process may go before it has read everything; its exit says so.
  child.stdin?.on('error', () => {})

  const exit = child.then(async ({ exitCode, signal, code }): Promise<ProcessExit> => {
    await rm(temporary, { recursive: true, force: true })
    return { exitCode, signal, code, stderr: stderr.trim() }
  })
  const { pid } = child
  return {
    pid,
    spawnedAt: Date.now(),
    exit,
    submit: (prompt) => void child.stdin?.end(prompt),
    write: (line) => void child.stdin?.write(line),
    kill: async () => {
      if (pid !== undefined) killGroup(pid)
      await exit
    },
  }
}

function killGroup(pid: number): void {
  try {
    // Windows has no process groups.
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL')
  } catch {
    // It is gone already.
  }
}

/** A sentence on how a process ended, for an error message. */
export function describeExit({ exitCode, signal, code, stderr }: ProcessExit): string {
  if (code === 'ENOENT') return 'the executable does not exist'
  if (code === 'EACCES') return 'the executable may not be run'
  const how = signal ? `it was killed by ${signal}` : `it exited with code ${exitCode}`
  return stderr ? `${how}: ${stderr.split('\n').at(-1)!.slice(0, 300)}` : how
}
