import type { DaemonState } from './state-file.ts'

/** What launchd calls the service; see `src/service`. */
const LAUNCHD_LABEL = /^(?:.*\.)?opencode-bridge$/

/**
 * The manager of services whose own child a process is: what started it will start it again.
 * @see systemd.exec(5), SYSTEMD_EXEC_PID; launchd gives its jobs their label in XPC_SERVICE_NAME
 */
export function managerOf(env: NodeJS.ProcessEnv, pid: number): DaemonState['manager'] {
  if (env.SYSTEMD_EXEC_PID === String(pid)) return 'systemd'
  return LAUNCHD_LABEL.test(env.XPC_SERVICE_NAME ?? '') ? 'launchd' : undefined
}
