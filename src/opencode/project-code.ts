import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { parseJSONC } from 'confbox/jsonc'
import { listFolder } from '../system/list-folder.ts'
import { upwards } from './private-place.ts'

/**
 * Finds what opencode would run of the folder that agents work in, which may be a stranger's repository: the plugins of
 * its `.opencode` folders, and those that its configuration names. opencode 1.18.33 loads them whatever
 * `OPENCODE_DISABLE_PROJECT_CONFIG` says, from the folder itself and all above it.
 * @param home what is there and above is the user's own
 * @returns the first such file
 */
export function findProjectCode(folder: string, home: string): string | undefined {
  const own = new Set(upwards(realPath(home)))
  for (const place of upwards(realPath(folder))) {
    if (own.has(place)) continue
    const dotFolder = join(place, '.opencode')
    const found = pluginIn(dotFolder) ?? configWithPlugins(dotFolder) ?? configWithPlugins(place)
    if (found !== undefined) return found
  }
  return undefined
}

function pluginIn(folder: string): string | undefined {
  return ['plugin', 'plugins'].flatMap((name) => listFolder(join(folder, name)).map((inner) => join(folder, name, inner))).find((path) => /\.[jt]s$/.test(path))
}

function configWithPlugins(folder: string): string | undefined {
  return ['opencode.json', 'opencode.jsonc'].map((name) => join(folder, name)).find((path) => existsSync(path) && namesPlugins(path))
}

function namesPlugins(path: string): boolean {
  try {
    const { plugin = [], plugins = [] } = parseJSONC<Record<string, unknown[]>>(readFileSync(path, 'utf8'), { allowTrailingComma: true })
    return plugin.length > 0 || plugins.length > 0
  } catch {
    // What we cannot read, opencode may.
    return true
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
