import { realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * The executable of Node for a service. Homebrew keeps each version in a folder of its own, which goes with the next one; the
 * link to it in a folder of `PATH` stays.
 */
export function lastingNode(execPath: string, path: string): string {
  if (!execPath.includes('/Cellar/')) return execPath
  return (
    path
      .split(delimiter)
      .map((folder) => join(folder, 'node'))
      .find((link) => leadsTo(link, execPath)) ?? execPath
  )
}

function leadsTo(link: string, target: string): boolean {
  try {
    return realpathSync(link) === realpathSync(target)
  } catch {
    return false
  }
}
