import { defineCommand } from 'citty'
import { renderBanner } from '../terminal/banner.ts'
import { catchDefects } from '../daemon/defects.ts'
import { managerOf } from '../daemon/manager.ts'
import { ownLog } from '../daemon/log-file.ts'
import { announceDetached } from '../daemon/announce-detached.ts'
import { catchEndSignals } from '../daemon/end-signals.ts'
import { exitCodeOf, exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { createLog } from '../terminal/log.ts'
import { print } from '../terminal/output.ts'
import { version } from '../command-line/package.ts'
import { commonArgs, daemonArgs, loadSettings } from '../command-line/settings.ts'
import { describeThisDaemon, removeState, writeState } from '../daemon/state-file.ts'
import { command } from '../command-line/called-as.ts'

export default defineCommand({
  meta: { name: 'start', description: 'Run the daemon, in the foreground unless --detach is given' },
  args: {
    detach: { type: 'boolean', description: 'Run it in the background, where it outlives this terminal; logs shows what it says' },
    ...commonArgs,
    ...daemonArgs,
  },
  async run({ args, rawArgs }): Promise<ExitCode> {
    const { config } = await loadSettings(args, { project: true })
    const startArgs = rawArgs.filter((word) => word !== '--detach' && word !== '--')
    if (args.detach) return announceDetached(config, { args: startArgs, cwd: process.cwd() })
    const keptIn = ownLog(process.env, config.port)
    const log = createLog(config.verbose ? 'debug' : 'info', { times: !(keptIn && 'unit' in keptIn), format: config.logFormat })
    const signals = catchEndSignals()
    const defect = catchDefects(log)
    const { startDaemon } = await import('../../daemon/daemon.ts')

    // A second signal during a start that hangs exits; opencode processes end when their stdin closes.
    let starting = true
    const exitOnSecond = signals.second.then((name) => {
      if (starting) process.exit(exitCodeOf(name))
      // The daemon is there by now, and is ended below.
      return new Promise<never>(() => {})
    })
    const failOnDefect = defect.then((error) => {
      throw error
    })
    const daemon = await Promise.race([startDaemon({ config, version, log, env: process.env }), exitOnSecond, failOnDefect])
    starting = false

    const manager = managerOf(process.env, process.pid)
    const state = describeThisDaemon(daemon, version, {
      args: startArgs,
      cwd: process.cwd(),
      ...(keptIn && { log: keptIn }),
      ...(manager && { manager }),
    })
    // On exit, not after the drain: `stop` must find a daemon that is still draining.
    process.once('exit', () => removeState(process.env, state))
    try {
      writeState(process.env, state)
    } catch (error) {
      log.warn(`\`${command} stop\` will not find this daemon: ${(error as Error).message}`)
    }
    const ending = Promise.race([signals.first, defect])
    const ready = await Promise.race([daemon.warmed(), ending])
    if (typeof ready === 'boolean') {
      // Clients can use it all the same.
      await print(`${renderBanner(daemon, config, version, ready)}\n`).catch((error: Error) => log.warn(`The banner could not be printed: ${error.message}`))
    }

    const first = await ending
    log.info('Stopping once running requests are done; a second signal ends them.')
    const forced = await Promise.race([
      daemon.stop().then(() => undefined),
      (first instanceof Error ? signals.first : signals.second).then(async (name) => {
        await daemon.kill()
        return name
      }),
    ])
    if (forced) return exitCodeOf(forced)
    if (first instanceof Error) return exitCodes.failure
    return first === 'SIGTERM' ? exitCodes.ok : exitCodeOf(first)
  },
})
