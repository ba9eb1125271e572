import { existsSync } from 'node:fs'
import { command } from '../command-line/called-as.ts'
import { findManager } from '../service/find-manager.ts'
import { readInstalled } from '../service/installed.ts'
import type { ServiceManager } from '../service/manager.ts'
import type { Check } from './check.ts'

/** Whether the daemon is there after a reboot. That nobody wants it to be is no fault. */
export function checkService(find: () => ServiceManager = () => findManager(process.env)): Check {
  const name = 'service'
  let manager: ServiceManager
  try {
    manager = find()
  } catch (error) {
    return { name, status: 'ok', detail: (error as Error).message }
  }
  if (!existsSync(manager.mark)) {
    return { name, status: 'ok', detail: `none is installed, so no daemon is there after a reboot; ${command} service install has ${manager.name} run it` }
  }
  const { node, script } = readInstalled(process.env) ?? {}
  const missing = [node, script].find((path) => path !== undefined && !existsSync(path))
  if (missing !== undefined) {
    return { name, status: 'fail', detail: `${manager.mark} runs ${missing}, which is gone`, fix: `${command} service install writes it anew` }
  }
  const { detail, fix } = manager.endurance()
  return fix === undefined ? { name, status: 'ok', detail: `the service ${detail}` } : { name, status: 'warn', detail: `the service ${detail}`, fix }
}
