/** How the commands end. Scripts rely on these numbers: add, never renumber. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  notRunning: 3,
  portInUse: 4,
  opencodeUnusable: 5,
  hangup: 129,
  interrupted: 130,
  terminated: 143,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** The table as `--help` prints it. */
export const exitCodeTable: ReadonlyArray<readonly [ExitCode, string]> = [
  [exitCodes.ok, 'done; also when the reader of a pipe went away, or a daemon drained after SIGTERM'],
  [exitCodes.failure, 'the request failed, a check of doctor failed, a daemon did not stop, or stdout took no more'],
  [exitCodes.usage, 'wrong usage or configuration'],
  [exitCodes.notRunning, 'no daemon is running'],
  [exitCodes.portInUse, 'the port is in use, or cannot be listened on'],
  [exitCodes.opencodeUnusable, 'opencode is missing, does not run, or does not load the plugin where it must; or only the demo model could answer a script'],
  [exitCodes.hangup, 'ended by SIGHUP, the terminal went away'],
  [exitCodes.interrupted, 'ended by Ctrl-C'],
  [exitCodes.terminated, 'ended by SIGTERM before it was done'],
]

const signalExitCodes = {
  SIGHUP: exitCodes.hangup,
  SIGINT: exitCodes.interrupted,
  SIGTERM: exitCodes.terminated,
} as const

/** The signals that end a command. */
export type EndSignal = keyof typeof signalExitCodes
export const endSignals = Object.keys(signalExitCodes) as EndSignal[]

export function exitCodeOf(signal: EndSignal): ExitCode {
  return signalExitCodes[signal]
}
