import { copyFileSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { listFolder } from '../system/list-folder.ts'

/** Only this user's, whatever his umask. */
export const PRIVATE_FOLDER = { recursive: true, mode: 0o700 } as const
export const PRIVATE_FILE = { mode: 0o600 } as const

/** npm's files stay out: opencode installs a package into every config folder, and shall do that in ours. */
const NPM_FILES = new Set(['node_modules', 'package.json', 'package-lock.json', 'bun.lock', 'bun.lockb', '.gitignore'])

/** Kinds of folders of texts, all of which opencode reads at each start and fails on any that is wrong. */
const TEXTS = /^(agents?|commands?|modes?)$/

/** How deep such a folder is copied. */
const MAX_DEPTH = 4

/**
 * Mirrors the user's opencode configuration in a folder that is opencode's instead: copies of what opencode reads at each
 * start, so that a later mistake in it is none here, and links to all else.
 */
export function mirrorConfig(from: string, to: string): void {
  for (const name of listFolder(from)) {
    if (NPM_FILES.has(name)) continue
    if (/\.jsonc?$/.test(name)) mirrorFile(join(from, name), join(to, name))
    else if (TEXTS.test(name)) mirrorTexts(join(from, name), join(to, name), MAX_DEPTH)
    else symlinkSync(join(from, name), join(to, name))
  }
  // Without a config file opencode writes one.
  if (!listFolder(to).some((name) => /^(opencode|config)\.jsonc?$/.test(name)))
    writeFileSync(join(to, 'opencode.json'), '{"$schema":"https://opencode.ai/config.json"}', PRIVATE_FILE)
  // And what it would install, for which every process would ask the npm registry first.
  writeInstalledStub(to)
}

/** Copies a config file, with its relative `{file:…}` references made absolute; what cannot be read is linked, for opencode to tell. */
export function mirrorFile(from: string, to: string): void {
  let text: string
  try {
    text = readFileSync(from, 'utf8')
  } catch {
    symlinkSync(from, to)
    return
  }
  writeFileSync(
    to,
    text.replace(/\{file:(?![/~])([^}]+)\}/g, (_match, path: string) => `{file:${resolve(dirname(from), path)}}`),
    PRIVATE_FILE,
  )
}

function mirrorTexts(from: string, to: string, depth: number): void {
  if (depth > 0 && isFolder(from)) {
    mkdirSync(to, PRIVATE_FOLDER)
    for (const name of listFolder(from)) mirrorTexts(join(from, name), join(to, name), depth - 1)
  } else if (!from.endsWith('.md') || !copied(from, to)) {
    symlinkSync(from, to)
  }
}

function copied(from: string, to: string): boolean {
  try {
    copyFileSync(from, to)
    return true
  } catch {
    return false
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** What opencode looks for before it installs its plugin package: the folder, and the lock file's entry. */
function writeInstalledStub(folder: string): void {
  const dependencies = { '@opencode-ai/plugin': '*' }
  mkdirSync(join(folder, 'node_modules'), PRIVATE_FOLDER)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies }), PRIVATE_FILE)
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages: { '': { dependencies } } }), PRIVATE_FILE)
}
