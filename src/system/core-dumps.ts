import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

/**
 * Keeps this process, and all that it starts from now on, from leaving its memory on disk when it crashes: prompts are in
 * it, and at times a token. Node cannot set a limit, so a program of the system does it. Elsewhere than on Linux nothing
 * is dumped unless somebody asks for it.
 * @returns whether none will be left, as far as that can be known
 */
export async function forbidCoreDumps(): Promise<boolean> {
  if (process.platform !== 'linux' || coreLimit('self') === '0') return true
  // Of util-linux. The hard limit as well, which nothing that is started can raise.
  await promisify(execFile)('prlimit', ['--core=0:0', '--pid', String(process.pid)]).catch(() => {})
  return coreLimit('self') === '0'
}

/** The soft limit of a process in bytes, as `/proc` has it; undefined where it does not tell. */
export function coreLimit(pid: number | 'self'): string | undefined {
  try {
    return /^Max core file size +(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1]
  } catch {
    return undefined
  }
}
