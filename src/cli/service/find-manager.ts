import { userInfo } from 'node:os'
import { CliError } from '../command-line/failure.ts'
import { command } from '../command-line/called-as.ts'
import { launchdManager } from './launchd-manager.ts'
import type { ServiceManager, ServicePlace } from './manager.ts'
import { systemdManager } from './systemd-manager.ts'
import { windowsManager } from './windows-manager.ts'

const managers: Partial<Record<NodeJS.Platform, (place: ServicePlace) => ServiceManager>> = {
  linux: systemdManager,
  darwin: launchdManager,
  win32: windowsManager,
}

/** The one of this system. @throws CliError where it has none that we know */
export function findManager(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): ServiceManager {
  const { uid, username: userName } = userInfo()
  const manager = managers[platform]?.({ env, uid, userName })
  if (manager !== undefined) return manager
  throw new CliError(`no manager of services is known on ${platform}`, { hint: `${command} start --detach runs the daemon in the background` })
}
