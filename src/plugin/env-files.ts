import { type Dirent, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { matchesGlob } from './glob.ts'

/** Of entries of folders, before a search with a pattern of its own is refused. */
const MAX_LOOKED_AT = 20_000

/** Without secrets by custom, for others to copy. */
const TEMPLATE = /\.(?:example|sample|template|dist|defaults?)$/i

/** Whether a file holds secrets by custom: `.env`, `.env.local`, `prod.env`, `.envrc`. */
export function isEnvFile(path: string): boolean {
  const name = basename(path)
  return /^\.env(?:rc|\..+)?$|\.env$/i.test(name) && !TEMPLATE.test(name)
}

/**
 * Keeps opencode's `grep` from such files: without a pattern for the files' names it gets one that leaves them out; with
 * one, there must be none that it covers.
 * @param args of the call, which are changed
 * @throws Error, which the model is told
 */
export function keepSearchFromEnvFiles(folder: string, args: Record<string, unknown>): void {
  if (typeof args.pattern !== 'string') return
  if (typeof args.include !== 'string' || args.include === '') {
    args.include = '!{*.[eE][nN][vV],.[eE][nN][vV].*,.[eE][nN][vV][rR][cC]}'
    return
  }
  const { include } = args
  const found = envFilesBelow(folder)
  if (found === undefined || found.some((path) => matchesGlob(include, path) || matchesGlob(include, basename(path)))) {
    throw new Error('A rule of the bridge prevents this call: `include` may cover files with secrets, such as .env. Without it they are left out.')
  }
}

/** Their paths; undefined where there is too much to look at. `node_modules` holds none of the user's. */
function envFilesBelow(root: string): string[] | undefined {
  const found: string[] = []
  const folders = ['']
  let left = MAX_LOOKED_AT
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of entriesOf(join(root, folder))) {
      if (--left < 0) return undefined
      const path = join(folder, entry.name)
      if (entry.isDirectory() && entry.name !== 'node_modules' && entry.name !== '.git') folders.push(path)
      else if (isEnvFile(entry.name)) found.push(path)
    }
  }
  return found
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
