import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'

/** Whether a process with this id exists, whoever's it is. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * When a process started, in a form that only serves comparison: together with the id it tells a process from a
 * later one that got the same id. Undefined where the platform does not say (only Linux does) or it is gone.
 */
export function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in field 2 may hold spaces and parentheses; what follows the last one starts with field 3.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

/**
 * What ids of processes are unique in: the namespace, since the start of the machine. Two containers, or machines, may
 * share a folder and yet have different processes of the same id. Undefined where the platform does not say.
 */
export function processSpace(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')
    return createHash('sha256')
      .update(boot + readlinkSync('/proc/self/ns/pid'))
      .digest('hex')
      .slice(0, 12)
  } catch {
    return undefined
  }
}
