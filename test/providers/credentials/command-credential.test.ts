import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CommandCredential } from '../../../src/providers/credentials/command-credential.ts'
import type { CommandSource } from '../../../src/providers/credentials/source.ts'
import { until } from '../../support/until.ts'

let folder: string
let stop: AbortController
let now = 0

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ocb-credential-'))
  stop = new AbortController()
  now = 1_000_000
})
afterEach(() => {
  stop.abort()
  rmSync(folder, { recursive: true, force: true })
})

/** A helper that notes each of its runs, then does what the shell text says; `$n` is the number of the run. */
function helper(text: string): string {
  const path = join(folder, 'token-helper')
  writeFileSync(path, `#!/bin/sh\nn=$(cat "${folder}/runs" 2>/dev/null || echo 0)\nn=$((n + 1))\necho $n > "${folder}/runs"\n${text}\n`)
  chmodSync(path, 0o755)
  return path
}

function runs(): number {
  try {
    return Number(readFileSync(join(folder, 'runs'), 'utf8'))
  } catch {
    return 0
  }
}

function credential(command: string, more: Partial<CommandSource> = {}): CommandCredential {
  const source: CommandSource = { from: 'command', command, args: [], timeout: 5000, refreshInterval: 300_000, ...more }
  return new CommandCredential({ source, env: process.env, signal: stop.signal, now: () => now })
}

test('fifty who ask at once have one run, however long it takes', async () => {
  const held = credential(helper('while [ ! -e "$PWD/go" ]; do sleep 0.05; done; echo "tok-$n"'), { cwd: folder })
  const asked = Promise.all(Array.from({ length: 50 }, () => held.get()))
  await until(() => runs() > 0)
  writeFileSync(join(folder, 'go'), '')
  expect(new Set(await asked)).toEqual(new Set(['tok-1']))
  expect(runs()).toBe(1)
})

test('arguments reach the command as they are, and no shell', async () => {
  expect(await credential(helper('echo "$1|$#"'), { args: ['$(id);a'] }).get()).toBe('$(id);a|1')
})

test('the command has nothing to read', async () => {
  expect(await credential(helper('read -r line && echo "$line" || echo closed')).get()).toBe('closed')
})

test('after its interval the old secret serves while the next one is fetched', async () => {
  const held = credential(helper('echo "tok-$n"'))
  expect(await held.get()).toBe('tok-1')
  now += 299_999
  expect(await held.get()).toBe('tok-1')
  expect(runs()).toBe(1)
  now += 1
  expect(await held.get()).toBe('tok-1')
  await expect.poll(() => held.get()).toBe('tok-2')
  expect(runs()).toBe(2)
})

test('an interval of 0 never runs it again by itself', async () => {
  const held = credential(helper('echo "tok-$n"'), { refreshInterval: 0 })
  await held.get()
  now += 10 * 300_000
  expect(await held.get()).toBe('tok-1')
  expect(runs()).toBe(1)
})

test('a secret that ends is replaced a minute ahead, and waited for once it has ended', async () => {
  const held = credential(helper('echo "{\\"token\\":\\"tok-$n\\",\\"expires_in\\":600}"'), { refreshInterval: 0 })
  await held.get()
  now += 539_000
  expect(await held.get()).toBe('tok-1')
  expect(runs()).toBe(1)
  now += 1000
  expect(await held.get()).toBe('tok-1')
  await expect.poll(() => held.get()).toBe('tok-2')
  now += 600_000
  expect(await held.get()).toBe('tok-3')
})

test('a refused secret is replaced once for all who were refused', async () => {
  const held = credential(helper('echo "tok-$n"'))
  const first = await held.get()
  expect(await Promise.all([held.renew(first), held.renew(first)])).toEqual(['tok-2', 'tok-2'])
  expect(await held.renew(first)).toBe('tok-2')
  expect(runs()).toBe(2)
})

test('a command that prints the refused secret again is not run for every refusal', async () => {
  const held = credential(helper('echo tok'))
  await held.get()
  expect(await held.renew('tok')).toBe('tok')
  expect(await held.renew('tok')).toBe('tok')
  expect(runs()).toBe(2)
  now += 1000
  await held.renew('tok')
  expect(runs()).toBe(3)
})

test('a failing command backs off, twice as long each time, and works again afterwards', async () => {
  const held = credential(helper('[ $n -gt 2 ] && echo tok || exit 3'))
  await expect(held.get()).rejects.toThrow('exited with code 3')
  await expect(held.get()).rejects.toThrow('exited with code 3')
  expect(runs()).toBe(1)
  now += 1000
  await expect(held.get()).rejects.toThrow('exited with code 3')
  now += 1999
  await expect(held.get()).rejects.toThrow('exited with code 3')
  expect(runs()).toBe(2)
  now += 1
  expect(await held.get()).toBe('tok')
})

test('a secret that still holds serves on while its command fails', async () => {
  const held = credential(helper('[ $n -lt 2 ] && echo tok || exit 1'))
  await held.get()
  now += 300_000
  expect(await held.get()).toBe('tok')
  await until(() => runs() === 2)
  expect(await held.get()).toBe('tok')
})

describe('names the command, and nothing of what it printed, for', () => {
  test.each<[string, string, Partial<CommandSource>, RegExp]>([
    ['an exit code', 'echo s3cret; echo s3cret >&2; exit 1', {}, /exited with code 1/],
    ['a signal', 'echo s3cret; kill -TERM $$', {}, /was killed by SIGTERM/],
    ['garbage', 'echo "s3cret is not"; echo "a token"', {}, /printed no token in a form that is known/],
    ['nothing', '', {}, /printed no token/],
    ['10 MB', 'echo s3cret; head -c 10000000 /dev/zero | tr "\\0" a; touch "$PWD/whole"', { cwd: '.' }, /printed more than 64 kB/],
    ['a token of yesterday', 'echo \'{"token":"s3cret","expires_at":1}\'', {}, /printed a token that has expired/],
    ['its time', 'echo s3cret; sleep 60', { timeout: 300 }, /took longer than 300 ms/],
  ])('%s', async (_name, text, more, why) => {
    const command = helper(text)
    const error = await credential(command, { args: ['s3cret-argument'], ...more, ...(more.cwd && { cwd: folder }) })
      .get()
      .catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ code: 'credential_failed', status: 502, message: expect.stringMatching(why) })
    expect(String((error as Error).stack)).toContain(command)
    expect(JSON.stringify([(error as Error).stack, (error as Error).cause, error])).not.toContain('s3cret')
  })

  test('a command that is not there', async () => {
    await expect(credential('/nonexistent/helper').get()).rejects.toThrow('the command /nonexistent/helper could not be started (ENOENT)')
  })
})

test('what a command started goes with it when its time is over', async () => {
  const command = helper(`sleep 60 & echo $! > "${folder}/child"; wait`)
  await expect(credential(command, { timeout: 1000 }).get()).rejects.toThrow('took longer')
  const child = Number(readFileSync(join(folder, 'child'), 'utf8'))
  await until(() => !isRunning(child))
})

test('what a command leaves running does not hold its secret back', async () => {
  const command = helper('sleep 30 & echo tok')
  expect(await credential(command).get()).toBe('tok')
})

test('a running command ends with the daemon', async () => {
  const asked = credential(helper(`echo $$ > "${folder}/self"; sleep 60`)).get()
  await until(() => runs() > 0)
  stop.abort()
  await expect(asked).rejects.toThrow('ended with the daemon')
})

function isRunning(pid: number): boolean {
  try {
    // A zombie is gone, too.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}
