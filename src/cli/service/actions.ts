import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { LoadedConfig } from '../../config/load.ts'
import { UNIT } from '../../service/systemd.ts'
import { command } from '../command-line/called-as.ts'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { CliError } from '../command-line/failure.ts'
import { version } from '../command-line/package.ts'
import { isProven } from '../daemon/daemon-proof.ts'
import { logFileOf } from '../daemon/log-file.ts'
import { showJournal } from '../daemon/journal.ts'
import { showLogFile } from '../daemon/show-log-file.ts'
import { readStates } from '../daemon/state-file.ts'
import { print, warn } from '../terminal/output.ts'
import { startSpinner } from '../terminal/spinner.ts'
import { forgetInstalled, noteInstalled, readInstalled } from './installed.ts'
import { keepVariables } from './kept-variables.ts'
import { makeLasting, programFolder } from './lasting-installation.ts'
import type { ServiceManager } from './manager.ts'
import { planService } from './plan-service.ts'

export interface ServiceCall {
  manager: ServiceManager
  settings: LoadedConfig
  /** Options of `start`. */
  startArgs: readonly string[]
  print: boolean
  follow: boolean
  lines: number
}

/** What can be done with the service, by its name on the command line. */
export const actions = { install, uninstall, status, logs, restart } satisfies Record<string, (call: ServiceCall) => Promise<ExitCode>>

async function install({ manager, settings: { config }, startArgs, print: onlyPrint }: ServiceCall): Promise<ExitCode> {
  const plan = planService(config, startArgs, process.env)
  const files = manager.files(plan)
  if (onlyPrint) {
    await print(files.map(({ path, text }) => `# ${path}\n\n${text.replace(/^\uFEFF/, '')}`).join('\n'))
    return exitCodes.ok
  }
  await manager.check()
  await refuseBesideAnother(config.port)
  const stopSpinner = startSpinner('copying this installation to where it stays')
  try {
    makeLasting(process.argv[1]!, process.env, version)
  } finally {
    stopSpinner()
  }
  for (const { path, text, encoding } of files) {
    mkdirSync(dirname(path), { recursive: true })
    // Addresses of proxies may have a password in them.
    writeFileSync(path, text, { mode: 0o600, encoding: encoding ?? 'utf8' })
  }
  noteInstalled(process.env, plan)
  await manager.enable()
  const { detail, fix } = manager.endurance()
  await print(`Installed, and started: ${files[0]!.path}\nThe service ${detail}.${fix ? ` ${fix}.` : ''}\n`)
  const { left } = keepVariables(process.env)
  if (left.length > 0) {
    const where = manager.keepsLog
      ? `write it into ${plan.environmentFile} (chmod 600), and ${command} service restart`
      : 'keep keys in a file, and install with --api-key-file'
    warn(`${left.join(' and ')} is set here, but secrets are not written into the service; ${where}`)
  }
  return exitCodes.ok
}

/** A daemon that somebody started by hand holds the port, and the service would fail again and again. */
async function refuseBesideAnother(port: number): Promise<void> {
  const other = readStates(process.env).find((state) => state.port === port)
  if (other === undefined || other.manager !== undefined || !(await isProven(other))) return
  throw new CliError(`a daemon runs at ${other.url} already (pid ${other.pid}), and is no service`, {
    exitCode: exitCodes.portInUse,
    hint: `${command} stop ends it`,
  })
}

async function uninstall({ manager, settings: { config }, startArgs }: ServiceCall): Promise<ExitCode> {
  if (!existsSync(manager.mark)) throw notInstalled()
  await manager.disable().catch((error: Error) => warn(error.message))
  for (const { path } of manager.files(planService(config, startArgs, process.env))) rmSync(path, { force: true })
  forgetInstalled(process.env)
  rmSync(programFolder(process.env), { recursive: true, force: true })
  await print(`${manager.mark} is gone, and the service has ended.\n`)
  return exitCodes.ok
}

async function status({ manager }: ServiceCall): Promise<ExitCode> {
  if (!existsSync(manager.mark)) throw notInstalled()
  const code = await manager.status()
  const { detail, fix } = manager.endurance()
  await print(`\nThe service ${detail}.${fix ? ` ${fix}.` : ''}\n`)
  return code
}

function logs({ manager, settings, follow, lines }: ServiceCall): Promise<ExitCode> {
  if (!existsSync(manager.mark)) throw notInstalled()
  if (manager.keepsLog) return showJournal({ unit: UNIT, lines, follow })
  return showLogFile(readInstalled(process.env)?.log ?? logFileOf(process.env, settings.config.port), { lines, follow })
}

async function restart({ manager }: ServiceCall): Promise<ExitCode> {
  if (!existsSync(manager.mark)) throw notInstalled()
  return manager.restart()
}

function notInstalled(): CliError {
  return new CliError('no service is installed', { exitCode: exitCodes.notRunning, hint: `${command} service install installs one` })
}
