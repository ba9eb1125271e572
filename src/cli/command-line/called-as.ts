import { relative } from 'node:path'

export interface Call {
  /** The file that Node was started with: a link in a folder of `PATH`, or the script itself. */
  script: string
  env: NodeJS.ProcessEnv
  cwd: string
}

/** How the user named this program, for messages that say what to type. */
export interface CalledAs {
  /** What to type before `start`: `ocb`, `npx opencode-bridge`, `node bin/opencode-bridge.js`. */
  command: string
  /** What an error begins with. */
  program: string
}

const NAME = 'opencode-bridge'

/** Package managers, as their user agents call them, and how each runs a package that is not installed. */
const RUNNERS: Record<string, string> = { npm: 'npx', pnpm: 'pnpm dlx', yarn: 'yarn dlx', bun: 'bunx' }

/** The folders in which they keep such packages. */
const RUNNERS_FOLDER = /[\\/](?:_npx|dlx[^\\/]*|bunx-[^\\/]*)[\\/]/

/** Whether a file is in one of them, which does not stay. */
export function isRunnersFolder(path: string): boolean {
  return RUNNERS_FOLDER.test(path)
}

/** @see https://docs.npmjs.com/cli/v11/using-npm/scripts (`npm_command`, `npm_config_user_agent`) */
export function calledAs({ script, env, cwd }: Call): CalledAs {
  const file = script.split(/[\\/]/).at(-1) ?? ''
  const isScript = file === `${NAME}.js`
  // A link in a folder of `PATH` may have any name; whatever else has an extension is not ours.
  if (!isScript && !/^[\w-]+$/.test(file)) return { command: NAME, program: NAME }

  const installed = /[\\/]node_modules[\\/]/.test(script)
  // Programs that another one runs inherit its variables, so they count only with a folder that a runner would use.
  if (isRunnersFolder(script) || (env.npm_command === 'exec' && installed)) {
    const [agent = ''] = (env.npm_config_user_agent ?? '').split('/')
    // The package's own name, since `npx ocb` alone would be another package.
    return { command: `${RUNNERS[agent] ?? 'npx'} ${NAME}`, program: NAME }
  }
  if (!isScript) return { command: file, program: file }
  // Where there are no links, as on Windows, an installed program is started by a file of its name that names the script.
  if (installed) return { command: NAME, program: NAME }
  const path = relative(cwd, script)
  const shown = path.startsWith('..') ? script : path
  return { command: `node ${/\s/.test(shown) ? `"${shown}"` : shown}`, program: NAME }
}

/** Of this process. */
export const { command, program } = calledAs({ script: process.argv[1] ?? '', env: process.env, cwd: process.cwd() })
