import { defineCommand } from 'citty'
import type { ExitCode } from '../command-line/exit-codes.ts'
import { CliError } from '../command-line/failure.ts'
import { commonArgs, loadSettings } from '../command-line/settings.ts'
import { announceDetached } from '../daemon/announce-detached.ts'
import { checkSettingsOf } from '../daemon/check-settings.ts'
import { endRunning, findRunning } from '../daemon/end-running.ts'
import { runThrough } from '../daemon/journal.ts'
import type { DaemonState } from '../daemon/state-file.ts'
import { warn } from '../terminal/output.ts'
import { command } from '../command-line/called-as.ts'

export default defineCommand({
  meta: { name: 'restart', description: 'Stop the daemon once its running requests are done, and start it as it was, in the background' },
  args: { ...commonArgs, force: { type: 'boolean', description: 'Kill it when it does not stop in time' } },
  async run({ args }): Promise<ExitCode> {
    const settings = await loadSettings(args)
    const state = await findRunning(settings)
    if (state.manager === 'systemd') return runThrough('systemctl', ['--user', 'restart', unitOf(state)])
    if (state.manager === 'launchd') throw new CliError('launchd runs this daemon', { hint: `${command} service restart` })

    const startArgs = [...state.args.filter((word) => !word.startsWith('--port=')), `--port=${state.port}`]
    // Before anything ends: a mistake in the settings must not leave the user without a daemon.
    await checkSettingsOf(startArgs, state.cwd)
    await endRunning(state, { patience: settings.config.drainTimeout, force: args.force === true })
    if (state.log === undefined) warn('the daemon ran in the foreground; from now on it runs in the background')
    return announceDetached({ ...settings.config, port: state.port }, { args: startArgs, cwd: state.cwd })
  },
})

function unitOf({ log }: DaemonState): string {
  return log && 'unit' in log ? log.unit : 'opencode-bridge.service'
}
