import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { describeEachEngine } from '../support/each-engine.ts'
import { type Bridge, startBridge, until, waitForIdle } from '../support/bridge.ts'

let bridge: Bridge | undefined

afterEach(async () => {
  await bridge?.close()
  bridge = undefined
})

const CONFIG = '.config/opencode/opencode.json'
const SCHEMA = 'https://opencode.ai/config.json'

describeEachEngine('a typo in the configuration, on engine', (engine) => {
  test('it goes on with what worked, says so once, and recovers', { tags: 'long', timeout: 240_000 }, async () => {
    bridge = await startBridge({ config: { engine, minIdle: 1, maxSize: 1 }, prepare: (home) => write(home, withModel('first')) })
    const { home, logged } = bridge
    expect(await modelIds()).toContain('test/first')

    write(home, withModel('second').replace('"provider"', '"theme": "system" "provider"'))
    await until(async () => (await bridge!.status()).engine.fault !== undefined)
    const { fault } = (await bridge.status()).engine
    expect(fault).toContain('that of before stays in use. opencode did not start: ')
    expect(fault).toMatch(new RegExp(`${join(home, CONFIG)} is not valid JSON: CommaExpected at line 1, column \\d+; correct it there$`))

    // Of a process from before, and of one that is started now.
    await expectAnswer()
    await endProcesses()
    await expectAnswer()
    expect(await modelIds()).toContain('test/first')
    expect(logged.filter((line) => line.includes('could not be read'))).toEqual([fault])

    write(home, withModel('third'))
    await until(async () => (await modelIds()).includes('test/third'))
    expect((await bridge.status()).engine.fault).toBeUndefined()
    expect(await modelIds()).not.toContain('test/first')
    await expectAnswer('test/third')
  })
})

async function expectAnswer(model = 'test/first'): Promise<void> {
  const response = await bridge!.chat({ model, messages: [{ role: 'user', content: 'hi' }] })
  expect(await response.json()).toMatchObject({ choices: [{ finish_reason: 'stop' }] })
  expect(bridge!.upstream.calls.at(-1)!.body.model).toBe(model.slice('test/'.length))
}

/** As a crash would. */
async function endProcesses(): Promise<void> {
  await waitForIdle(bridge!, 1)
  const pids = await processIds()
  expect(pids).not.toEqual([])
  for (const pid of pids) process.kill(pid, 'SIGKILL')
  // Until the daemon knows.
  await until(async () => !(await processIds()).some((pid) => pids.includes(pid)))
}

async function processIds(): Promise<number[]> {
  return (await bridge!.status()).engine.processes.map(({ pid }: { pid: number }) => pid)
}

async function modelIds(): Promise<string[]> {
  const { data } = (await (await fetch(`${bridge!.url}/v1/models`)).json()) as { data: { id: string }[] }
  return data.map(({ id }) => id)
}

/** With the address of its schema, as opencode writes it. */
function withModel(name: string): string {
  return JSON.stringify({ $schema: SCHEMA, provider: { test: { models: { [name]: {} } } } })
}

function write(home: string, text: string): void {
  const path = join(home, CONFIG)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
