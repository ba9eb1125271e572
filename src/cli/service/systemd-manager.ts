import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { systemdUnit, UNIT } from '../../service/systemd.ts'
import { configHome } from '../../system/user-folders.ts'
import { CliError } from '../command-line/failure.ts'
import { exitCodes } from '../command-line/exit-codes.ts'
import { command } from '../command-line/called-as.ts'
import { runThrough } from '../daemon/journal.ts'
import type { ServiceManager, ServicePlace } from './manager.ts'
import { runProgram } from './run-program.ts'

/** One file for each user whose services run without a login. @see loginctl(1), enable-linger */
const LINGERS = '/var/lib/systemd/linger'

const systemctl = (...args: string[]) => runProgram('systemctl', ['--user', ...args])

export function systemdManager({ env, userName }: ServicePlace, lingers = LINGERS): ServiceManager {
  const folder = join(configHome(env), 'systemd', 'user')
  const mark = join(folder, UNIT)
  return {
    name: 'systemd',
    mark,
    keepsLog: true,
    files: (plan) => [{ path: mark, text: systemdUnit(plan) }],
    check: async () => {
      await systemctl('show-environment').catch((error: Error) => {
        throw new CliError(`systemd runs no services of this user here: ${error.message}`, {
          hint: `${command} start --detach needs no systemd; ${command} service install --print shows the unit`,
        })
      })
    },
    enable: async () => {
      await systemctl('daemon-reload')
      await systemctl('enable', UNIT)
      await systemctl('restart', UNIT)
    },
    disable: async () => {
      await systemctl('disable', '--now', UNIT)
    },
    restart: () => runThrough('systemctl', ['--user', 'restart', UNIT]),
    // systemctl says 3 for one that does not run, and 4 for one that is not there.
    status: async () => {
      const code = await runThrough('systemctl', ['--user', 'status', '--no-pager', '--lines', '0', UNIT])
      return code === exitCodes.ok ? code : exitCodes.notRunning
    },
    endurance: () => {
      if (!existsSync(join(folder, 'default.target.wants', UNIT))) return { detail: 'is not enabled', fix: `systemctl --user enable ${UNIT}` }
      if (existsSync(join(lingers, userName))) return { detail: 'starts with the machine' }
      return {
        detail: 'starts with the first login after a reboot, and ends with the last logout',
        fix: 'loginctl enable-linger has it run without a login',
      }
    },
  }
}
