import { readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path'

/** The arguments of opencode's tools that name a file or a folder. */
const PATH_ARGUMENTS = ['filePath', 'path', 'workdir']

/** The lines of a patch that do. */
const PATCHED_FILE = /^\*\*\* (?:(?:Add|Update|Delete) File|Move to): (.+)$/gm

/**
 * Refuses a tool call that names a file outside of the folder: opencode itself looks at the names alone, and would
 * follow a link that leads out.
 * @throws Error, which the model is told
 */
export function guardFolder(folder: string, args: Record<string, unknown>): void {
  const named = PATH_ARGUMENTS.map((name) => args[name])
  const patched = typeof args.patchText === 'string' ? [...args.patchText.matchAll(PATCHED_FILE)].map((match) => match[1]!.trim()) : []
  for (const path of [...named, ...patched]) {
    if (typeof path === 'string' && leadsOut(folder, path)) throw new Error('A rule of the bridge prevents this call: the path leads out of the folder.')
  }
}

function leadsOut(folder: string, path: string): boolean {
  const way = relative(realpathSync(folder), realPath(resolve(folder, path)))
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)
}

/** The path without links; of one that does not exist, as far as it does. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    if (parent === path) return path
    const folder = realPath(parent)
    const target = linkTarget(path)
    return target === undefined ? resolve(folder, basename(path)) : realPath(resolve(folder, target))
  }
}

/** Where a link leads that nothing is behind yet: a file that is written through it would come into being there. */
function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}
