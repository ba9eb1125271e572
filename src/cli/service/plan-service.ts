import { resolve } from 'node:path'
import type { Config } from '../../config/schema.ts'
import { type ServicePlan, stopSecondsFor } from '../../service/plan.ts'
import { configHome, userHome } from '../../system/user-folders.ts'
import { version } from '../command-line/package.ts'
import { logFileOf } from '../daemon/log-file.ts'
import { keepVariables } from './kept-variables.ts'
import { lastingScript } from './lasting-installation.ts'
import { lastingNode } from './node-path.ts'

/** Options whose value is a path, which is not to depend on the folder that the service runs in. */
const PATH_OPTION = /^(--(?:config|api-key-file)=)(.*)$/s

/** What a service is to run that is installed here with these options of `start`. */
export function planService(config: Config, startArgs: readonly string[], env: NodeJS.ProcessEnv): ServicePlan {
  const { kept } = keepVariables(env)
  return {
    node: lastingNode(process.execPath, env.PATH ?? ''),
    script: lastingScript(process.argv[1]!, env, version),
    args: ['start', ...startArgs.map((word) => word.replace(PATH_OPTION, (_, option: string, path: string) => option + resolve(path)))],
    folder: userHome(env),
    environment: kept,
    environmentFile: resolve(configHome(env), 'opencode-bridge', 'environment'),
    log: logFileOf(env, config.port),
    stopSeconds: stopSecondsFor(config.drainTimeout),
  }
}
