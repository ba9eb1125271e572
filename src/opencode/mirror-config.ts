import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { listFolder } from '../system/list-folder.ts'

/** Only this user's, whatever his umask. */
export const PRIVATE_FOLDER = { recursive: true, mode: 0o700 } as const
export const PRIVATE_FILE = { mode: 0o600 } as const

/** npm's files stay out: opencode installs a package into every config folder, and shall do that in ours. */
const NPM_FILES = new Set(['node_modules', 'package.json', 'package-lock.json', 'bun.lock', 'bun.lockb', '.gitignore'])

/** Links everything of the user's opencode configuration into a folder that is opencode's instead. */
export function mirrorConfig(from: string, to: string): void {
  for (const name of listFolder(from)) {
    if (NPM_FILES.has(name)) continue
    if (/\.jsonc?$/.test(name)) mirrorFile(join(from, name), join(to, name))
    else symlinkSync(join(from, name), join(to, name))
  }
  // Without a config file opencode writes one.
  if (!listFolder(to).some((name) => /^(opencode|config)\.jsonc?$/.test(name))) writeFileSync(join(to, 'opencode.json'), '{"$schema":"https://opencode.ai/config.json"}', PRIVATE_FILE)
  // And what it would install, for which every process would ask the npm registry first.
  writeInstalledStub(to)
}

/**
 * opencode adds `$schema` to a config file that lacks it. Such a file is copied, with its relative `{file:…}`
 * references made absolute; any other is linked.
 */
export function mirrorFile(from: string, to: string): void {
  let text: string
  try {
    text = readFileSync(from, 'utf8')
  } catch {
    symlinkSync(from, to)
    return
  }
  if (text.includes('"$schema"')) symlinkSync(from, to)
  else writeFileSync(to, text.replace(/\{file:(?![/~])([^}]+)\}/g, (_match, path: string) => `{file:${resolve(dirname(from), path)}}`), PRIVATE_FILE)
}

/** What opencode looks for before it installs its plugin package: the folder, and the lock file's entry. */
function writeInstalledStub(folder: string): void {
  const dependencies = { '@opencode-ai/plugin': '*' }
  mkdirSync(join(folder, 'node_modules'), PRIVATE_FOLDER)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies }), PRIVATE_FILE)
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages: { '': { dependencies } } }), PRIVATE_FILE)
}
