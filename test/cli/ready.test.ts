import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { exitCodes } from '../../src/cli/command-line/exit-codes.ts'
import { openerOf } from '../../src/cli/commands/open.ts'
import { useSandbox } from './sandbox.ts'

const sandbox = useSandbox()
const closers: Array<() => void> = []
afterEach(() => closers.splice(0).forEach((close) => close()))

/** As much of a daemon as there is to be ready. */
async function daemon(port = 0): Promise<{ port: number; url: string; asked(): number; become(status: 200 | 503): void }> {
  let status = 503
  let asked = 0
  const server = createServer((request, response) => {
    if (request.url === '/ready') asked++
    response.writeHead(request.url === '/ready' ? status : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ status: 'ok', pid: process.pid, instance: 'fake', version: '0' }))
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  closers.push(
    () => server.closeAllConnections(),
    () => server.close(),
  )
  const taken = (server.address() as AddressInfo).port
  return { port: taken, url: `http://127.0.0.1:${taken}`, asked: () => asked, become: (next) => void (status = next) }
}

describe('ready', () => {
  test('tells at once', async () => {
    const { port, url, become } = await daemon()
    const args = ['ready', '--port', String(port)]
    expect(await sandbox().run(args)).toMatchObject({ code: exitCodes.failure, stdout: '', stderr: expect.stringContaining('is not ready') })
    become(200)
    expect(await sandbox().run(args)).toMatchObject({ code: exitCodes.ok, stdout: `${url}/v1\n`, stderr: '' })
  })

  test('--wait waits for a daemon that is to come, and until it is ready', async () => {
    const reserved = await daemon()
    closers.splice(0).forEach((close) => close())
    const waiting = sandbox().run(['ready', '--wait', '--port', String(reserved.port)])
    const { asked, become, url } = await daemon(reserved.port)
    while (asked() < 2) await new Promise((resolve) => setTimeout(resolve, 20))
    become(200)
    expect(await waiting).toMatchObject({ code: exitCodes.ok, stdout: `${url}/v1\n` })
  })

  test('gives up in time, and says whether there is a daemon', async () => {
    const { port } = await daemon()
    expect((await sandbox().run(['ready', '--wait', '--timeout', '0.3', '--port', String(port)])).code).toBe(exitCodes.failure)
    closers.splice(0).forEach((close) => close())
    expect((await sandbox().run(['ready', '--wait', '--timeout', '0.3', '--port', String(port)])).code).toBe(exitCodes.notRunning)
    expect((await sandbox().run(['ready', '--timeout', 'soon'])).code).toBe(exitCodes.usage)
  })
})

describe('open', () => {
  test('prints the address of the dashboard where there is no browser', async () => {
    const { port, url } = await daemon()
    expect(await sandbox().run(['open', '--port', String(port)])).toMatchObject({ code: exitCodes.ok, stdout: `${url}/ui\n` })
  })

  test('has the system open it', () => {
    expect(openerOf('linux', { DISPLAY: ':0' })).toEqual(['xdg-open'])
    expect(openerOf('linux', {})).toEqual([])
    expect(openerOf('darwin', {})).toEqual(['open'])
    expect(openerOf('win32', {})).toEqual(['rundll32', 'url.dll,FileProtocolHandler'])
  })
})
