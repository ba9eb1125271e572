import { readlinkSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import type { Permissions } from './contract.ts'
import { isEnvFile, keepSearchFromEnvFiles } from './env-files.ts'
import { allows, permissionsOfProcess } from './own-permissions.ts'
import { leadsInside } from './private-address.ts'

/** The arguments of opencode's tools that name a file or a folder. */
const PATH_ARGUMENTS = ['filePath', 'path', 'workdir']

/** The lines of a patch that do. */
const PATCHED_FILE = /^\*\*\* (?:(?:Add|Update|Delete) File|Move to): (.+)$/gm

/** What git and opencode run, or read what to run from. */
const PROJECT_SETTINGS = /(?:^|[\\/])(?:\.git|\.opencode|opencode\.jsonc?)(?:$|[\\/])/i

/**
 * Refuses a tool call that leads out of the folder, or to what is outside by custom: files with secrets, settings that
 * run something, addresses inside. opencode itself looks at the names alone, and would follow a link that leads out.
 * @param args of the call, in which a search is narrowed
 * @throws Error, which the model is told
 */
export async function guardFolder(folder: string, args: Record<string, unknown>, permissions: Permissions = permissionsOfProcess()): Promise<void> {
  const given = PATH_ARGUMENTS.map((name) => args[name])
  const patched = typeof args.patchText === 'string' ? [...args.patchText.matchAll(PATCHED_FILE)].map((match) => match[1]!.trim()) : []
  const root = realpathSync(folder)
  for (const path of [...given, ...patched].filter((value) => typeof value === 'string')) {
    const named = resolve(folder, path)
    const real = realPath(named)
    if (leadsOut(root, real)) throw prevented('the path leads out of the folder')
    // As it is called, and as what it is behind links.
    const ways = [relative(folder, named), relative(root, real)]
    if (!allows(permissions, 'env_files') && ways.some(isEnvFile)) throw prevented('the file may hold secrets')
    if (!allows(permissions, 'project_settings') && ways.some((way) => PROJECT_SETTINGS.test(way)))
      throw prevented('git or opencode would run what stands there')
  }
  if (!allows(permissions, 'env_files')) keepSearchFromEnvFiles(searchedFolder(root, args.path), args)
  if (!allows(permissions, 'private_network') && typeof args.url === 'string' && (await leadsInside(args.url))) throw prevented('the address is one inside')
}

function prevented(why: string): Error {
  return new Error(`A rule of the bridge prevents this call: ${why}.`)
}

/** opencode searches the folder of a file that is named to it. */
function searchedFolder(root: string, path: unknown): string {
  const named = typeof path === 'string' ? resolve(root, path) : root
  return statSync(named, { throwIfNoEntry: false })?.isFile() ? dirname(named) : named
}

function leadsOut(root: string, path: string): boolean {
  const way = relative(root, path)
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
