import { join } from 'node:path'
import { SERVICE } from '../../service/plan.ts'
import { windowsScript, windowsTask } from '../../service/windows.ts'
import { dataHome } from '../../system/user-folders.ts'
import { runThrough } from '../daemon/journal.ts'
import type { ServiceManager, ServicePlace } from './manager.ts'
import { runProgram } from './run-program.ts'

const schtasks = (...args: string[]) => runProgram('schtasks', args)

/** @see https://learn.microsoft.com/windows-server/administration/windows-commands/schtasks */
export function windowsManager({ env, userName }: ServicePlace): ServiceManager {
  const folder = join(dataHome(env), 'opencode-bridge')
  const mark = join(folder, 'service.cmd')
  const task = join(folder, 'service.xml')
  const user = env.USERDOMAIN ? `${env.USERDOMAIN}\\${userName}` : userName
  return {
    name: 'the task scheduler',
    mark,
    keepsLog: false,
    files: (plan) => [
      { path: mark, text: windowsScript(plan) },
      // Its own byte order mark says how it is encoded.
      { path: task, text: `\uFEFF${windowsTask(user, mark)}`, encoding: 'utf16le' },
    ],
    check: async () => void (await schtasks('/Query', '/FO', 'LIST')),
    enable: async () => {
      await schtasks('/Create', '/F', '/TN', SERVICE, '/XML', task)
      await schtasks('/Run', '/TN', SERVICE)
    },
    disable: async () => {
      await schtasks('/End', '/TN', SERVICE)
      await schtasks('/Delete', '/F', '/TN', SERVICE)
    },
    restart: async () => {
      await schtasks('/End', '/TN', SERVICE)
      return runThrough('schtasks', ['/Run', '/TN', SERVICE])
    },
    status: () => runThrough('schtasks', ['/Query', '/V', '/FO', 'LIST', '/TN', SERVICE]),
    endurance: () => ({ detail: 'starts when this user logs in', fix: 'automatic sign-in has it run without anybody at the machine' }),
  }
}
