import { delimiter, dirname, join } from 'node:path'
import type { Connector, Place } from '../connectors/connector.ts'
import { isWritten } from './written-file.ts'

/** How a tool stands to the bridge on this machine, as far as one can see without running it. */
export type Standing = 'connected' | 'installed' | 'unknown'

/** A tool is here if its program is on the PATH, or if it has left the folder of its settings in the home. */
export function standingOf({ program, files = [] }: Connector, place: Place): Standing {
  const paths = files.map(({ path }) => path(place))
  if (paths.length > 0 && paths.every(isWritten)) return 'connected'
  const isHere = (program !== undefined && isOnPath(program, place)) || paths.some((path) => isOwnFolder(dirname(path), place))
  return isHere ? 'installed' : 'unknown'
}

function isOnPath(program: string, { env, platform, exists }: Place): boolean {
  const endings = platform === 'win32' ? ['.exe', '.cmd', '.bat'] : ['']
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.some((folder) => endings.some((ending) => exists(join(folder, program + ending))))
}

/** The home and the working folder are there without the tool. */
function isOwnFolder(folder: string, { home, cwd, exists }: Place): boolean {
  return folder !== home && folder !== cwd && exists(folder)
}
