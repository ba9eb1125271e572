import { spawn } from 'node:child_process'
import { killGroup } from '../../system/kill-group.ts'
import { credentialError } from './credential-error.ts'
import { MAX_SECRET_BYTES } from './read-secret.ts'
import type { CommandSource } from './source.ts'

/** Milliseconds for what a program printed to arrive once it has gone; what it left running may hold its pipe for ever. */
const LINGER = 200

export interface RunOptions {
  env: NodeJS.ProcessEnv
  /** Ends it. */
  signal: AbortSignal
}

/**
 * Runs a command and returns what it printed: directly, without a shell, with nothing to read, in a process group of its
 * own, which is killed when its time is over or when it prints too much. What it says on stderr goes nowhere.
 * @throws BridgeError that names the command
 */
export function runCommand(source: CommandSource, { env, signal }: RunOptions): Promise<string> {
  const { command, args, cwd, timeout } = source
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true })
    const chunks: Buffer[] = []
    let size = 0
    const settle = (settled: () => void): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      child.stdout.destroy()
      settled()
    }
    const end = (why: string): void => {
      if (child.pid !== undefined) killGroup(child.pid)
      fail(why)
    }
    const fail = (why: string): void => settle(() => reject(credentialError(source, why)))
    const onAbort = (): void => end('was ended with the daemon')
    const timer = setTimeout(() => end(`took longer than ${timeout} ms`), timeout)
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort)
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size > MAX_SECRET_BYTES) end(`printed more than ${MAX_SECRET_BYTES / 1024} kB`)
    })
    child.stdout.on('error', () => {})
    child.once('error', (error: NodeJS.ErrnoException) => fail(`could not be started (${error.code})`))
    const finish = (code: number | null, killedBy: NodeJS.Signals | null): void => {
      if (killedBy !== null) fail(`was killed by ${killedBy}`)
      else if (code !== 0) fail(`exited with code ${code}`)
      else settle(() => resolve(Buffer.concat(chunks).toString('utf8')))
    }
    child.once('close', finish)
    child.once('exit', (code, killedBy) => setTimeout(() => finish(code, killedBy), LINGER).unref())
  })
}
