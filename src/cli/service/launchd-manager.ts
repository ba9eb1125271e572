import { join } from 'node:path'
import { launchdAgent } from '../../service/launchd.ts'
import { SERVICE } from '../../service/plan.ts'
import { userHome } from '../../system/user-folders.ts'
import { runThrough } from '../daemon/journal.ts'
import type { ServiceManager, ServicePlace } from './manager.ts'
import { runProgram } from './run-program.ts'

const launchctl = (...args: string[]) => runProgram('launchctl', args)

/** @see launchctl(1): the domain of a user's session is `gui/<uid>` */
export function launchdManager({ env, uid }: ServicePlace): ServiceManager {
  const domain = `gui/${uid}`
  const target = `${domain}/${SERVICE}`
  const mark = join(userHome(env), 'Library', 'LaunchAgents', `${SERVICE}.plist`)
  return {
    name: 'launchd',
    mark,
    keepsLog: false,
    files: (plan) => [{ path: mark, text: launchdAgent(plan) }],
    check: async () => void (await launchctl('print', domain)),
    enable: async () => {
      // What was loaded before goes on with its old file otherwise.
      await launchctl('bootout', target).catch(() => '')
      await launchctl('bootstrap', domain, mark)
    },
    disable: async () => void (await launchctl('bootout', target)),
    restart: () => runThrough('launchctl', ['kickstart', '-k', target]),
    status: () => runThrough('launchctl', ['print', target]),
    endurance: () => ({ detail: 'starts when this user logs in', fix: 'automatic login has it run without anybody at the machine' }),
  }
}
