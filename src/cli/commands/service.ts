import { defineCommand } from 'citty'
import { nearest } from '../../config/nearest.ts'
import type { ExitCode } from '../command-line/exit-codes.ts'
import { usageError } from '../command-line/failure.ts'
import { commonArgs, daemonArgs, loadSettings } from '../command-line/settings.ts'
import { linesArg, parseLines } from './logs.ts'

const ACTIONS = ['install', 'uninstall', 'status', 'logs', 'restart'] as const

export default defineCommand({
  meta: { name: 'service', description: 'Have systemd, launchd or the task scheduler of Windows run the daemon, also after a reboot' },
  args: {
    action: { type: 'positional', required: false, description: `One of ${ACTIONS.join(', ')}` },
    print: { type: 'boolean', description: 'With install: only show what would be written' },
    follow: { type: 'boolean', alias: 'f', description: 'With logs: go on until Ctrl-C' },
    lines: linesArg,
    ...commonArgs,
    ...daemonArgs,
  },
  async run({ args, rawArgs }): Promise<ExitCode> {
    const [name = '', ...more] = args._
    if (more.length > 0) throw usageError(`unexpected argument "${more[0]}"`)
    const action = ACTIONS.find((known) => known === name)
    if (action === undefined) {
      const meant = nearest(name, ACTIONS)
      throw usageError(name === '' ? `service needs one of ${ACTIONS.join(', ')}` : `service has no "${name}"${meant ? `; did you mean ${meant}?` : ''}`)
    }
    const startArgs = rawArgs.slice(0, rawArgs.indexOf('--')).filter((word) => !/^--(?:no-)?(?:print|follow|lines)(?:=|$)/.test(word))
    // The service runs in the user's home, so no file of this folder counts for it.
    const settings = await loadSettings(args)
    const { actions } = await import('../service/actions.ts')
    const { findManager } = await import('../service/find-manager.ts')
    const manager = findManager(process.env)
    return actions[action]({ manager, settings, startArgs, print: args.print === true, follow: args.follow === true, lines: parseLines(args.lines) })
  },
})
