import { rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Writable } from 'node:stream'
import { toBridgeError } from '../core/errors.ts'
import { faultBehind } from '../core/system-fault.ts'
import { type Command, encodeBytesLine, encodeCommand, type Frame, parseFrame, type RequestBytes } from '../plugin/contract.ts'
import { LineReader } from '../plugin/line-reader.ts'
import { type Complaint, parseComplaint } from './complaint.ts'
import { recordProcess } from './process-record.ts'
import type { ProcessFolder } from './runtime-folder.ts'
import { StderrText } from './stderr-text.ts'
import { type Ending, endingOf, killWatched, spawnWatched } from './watched-process.ts'

export interface OpencodeProcess {
  /** Undefined when the executable could not be started at all; `exit` then says why. */
  readonly pid: number | undefined
  readonly spawnedAt: number
  /** Resolves when it is gone. Never rejects. */
  readonly exit: Promise<ProcessExit>
  /** Writes the prompt and closes stdin, which is what makes `opencode run` begin. */
  submit(prompt: string): void
  /** Tells the plugin something, and before it the body that belongs to it; by stdin where it has no channel of its own. */
  command(command: Command, body?: string): void
  /** Kills it and what it started; resolves when it is gone. opencode has no graceful stop, so there is none here. */
  kill(): Promise<void>
}

export interface ProcessExit extends Ending {
  /** What it wrote to stderr about that, if anything, with the paths of the user's own files. */
  complaint: Complaint | undefined
}

export interface SpawnOptions {
  binary: string
  args: string[]
  folder: ProcessFolder
  env: Record<string, string>
  /** Whether commands have a descriptor of their own, `COMMANDS`, because stdin is for the prompt. */
  channel?: boolean
  /** Called for every whole line of stdout, with its frame, and for the bytes between them. */
  onFrame(frame: Frame | RequestBytes): void
  /** Called with the text of a line that is not ours. */
  onLine?(line: string): void
  /** Called with each line of stderr. */
  onNote?(line: string): void
}

/** The descriptor of `channel` in the process. */
export const COMMANDS = 3

/** Whether this system hands descriptors beyond the first three on. */
export const HAS_CHANNEL = process.platform !== 'win32'

/**
 * Starts opencode. Its stdin stays open until `submit`; closing it ends the process.
 * @throws BridgeError 503 where the system has run out of something, and what `ProcessFolder.temporary` throws
 */
export function spawnOpencode({ binary, args, folder, env, channel = false, onFrame, onLine, onNote }: SpawnOptions): OpencodeProcess {
  const { temporary, child } = begin()
  const stderr = new StderrText()
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => stderr.push(chunk))
  if (onNote && child.stderr) createInterface({ input: child.stderr }).on('line', onNote)
  const lines = new LineReader()
  const read = (line: string | RequestBytes) => {
    const frame = typeof line === 'string' ? parseFrame(line) : line
    if (frame) onFrame(frame)
    else onLine?.(line as string)
  }
  child.stdout?.on('data', (chunk: Buffer) => lines.push(chunk).forEach(read))
  child.stdout?.on('end', () => lines.end().forEach(read))
  const commands = (channel ? child.stdio?.[COMMANDS] : child.stdin) as Writable | null | undefined
  // The process may go before it has read everything; its exit says so.
  for (const pipe of new Set([child.stdin, commands])) pipe?.on('error', () => {})

  let corked = false
  /** One system call for all commands of a turn of the event loop: one for each woke opencode as often, which took a quarter of its CPU time. */
  const corkForTurn = () => {
    if (corked) return
    corked = true
    commands?.cork()
    setImmediate(() => {
      corked = false
      commands?.uncork()
    })
  }

  const exit = endingOf(child).then(async (ending): Promise<ProcessExit> => {
    // What is left goes with the private folder.
    await rm(temporary, { recursive: true, force: true }).catch(() => {})
    return { ...ending, complaint: parseComplaint(folder.withUserPaths(stderr.toString())) }
  })
  const { pid } = child
  if (pid !== undefined) recordProcess(temporary, pid)
  return {
    pid,
    spawnedAt: Date.now(),
    exit,
    submit: (prompt) => void child.stdin?.end(prompt),
    command: (command, body) => {
      corkForTurn()
      if (body !== undefined && 'id' in command) writeBody(commands, command.id, body)
      commands?.write(encodeCommand(command))
    },
    kill: async () => {
      killWatched(child)
      await exit
    },
  }

  function begin() {
    try {
      const made = folder.temporary()
      return { temporary: made, child: spawnWatched(binary, args, { cwd: folder.cwd, env: { ...env, TMPDIR: made }, channel }) }
    } catch (error) {
      throw faultBehind(error) === undefined ? error : toBridgeError(error)
    }
  }
}

function writeBody(commands: Writable | null | undefined, id: string, body: string): void {
  const bytes = Buffer.from(body)
  commands?.write(encodeBytesLine(id, bytes.length))
  commands?.write(bytes)
}

/** A clause on how a process ended, for an error message. */
export function describeExit({ exitCode, signal, code, complaint }: ProcessExit): string {
  if (code === 'ENOENT') return 'the executable does not exist'
  if (code === 'EACCES') return 'the executable may not be run'
  if (code !== undefined) return faultBehind({ code }) ?? `the system said ${code}`
  // One that was killed may have complained of something else before.
  if (complaint?.explained && signal === undefined) return complaint.text
  const how = signal ? `it was killed by ${signal}` : `it exited with code ${exitCode}`
  return complaint ? `${how}: ${complaint.text}` : how
}
