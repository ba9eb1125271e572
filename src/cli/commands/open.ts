import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { defineCommand } from 'citty'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { notRunningError } from '../command-line/failure.ts'
import { commonArgs, loadSettings } from '../command-line/settings.ts'
import { findDaemon, whereLooked } from '../daemon/running-daemon.ts'
import { print } from '../terminal/output.ts'

export default defineCommand({
  meta: { name: 'open', description: 'Open the dashboard of the running daemon in the browser; prints its address where there is none' },
  args: { print: { type: 'boolean', description: 'Only print its address' }, ...commonArgs },
  async run({ args }): Promise<ExitCode> {
    const settings = await loadSettings(args)
    const url = await findDaemon(settings, process.env)
    if (url === undefined) throw notRunningError(whereLooked(settings))
    const page = `${url}/ui`
    if (args.print || !(await show(page))) await print(`${page}\n`)
    return exitCodes.ok
  },
})

/** @returns whether a browser took it */
async function show(page: string): Promise<boolean> {
  const [file, ...args] = openerOf(process.platform, process.env)
  if (file === undefined) return false
  const child = spawn(file, [...args, page], { stdio: 'ignore', detached: true, windowsHide: true })
  try {
    const [code] = (await once(child, 'exit')) as [number | null]
    return code === 0
  } catch {
    return false
  }
}

/** What hands an address to the user's browser; nothing on a Linux without a screen. */
export function openerOf(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string[] {
  if (platform === 'darwin') return ['open']
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open'] : []
}
