import { expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { exitCodes } from '../../src/cli/command-line/exit-codes.ts'
import { useSandbox } from './sandbox.ts'

const sandbox = useSandbox()

test.each([
  [['--help'], 'EXIT CODES'],
  [['-h'], 'start|stop|restart|status|logs|service|ask|chat'],
  [['ask', '--help'], '-m, --model=<id>'],
  [['help'], 'EXIT CODES'],
  [['help', 'ask'], '-m, --model=<id>'],
  [['start', '--port', '1', '-h'], '--cors-origin=<origin>'],
])('%j prints help', async (args, text) => {
  const { code, stdout, stderr } = await sandbox().run(args)
  expect(stdout).toContain(text)
  expect(stdout).not.toContain('\u001B')
  expect({ code, stderr }).toEqual({ code: exitCodes.ok, stderr: '' })
})

test.each([[['--version']], [['-v']], [['ask', '-v']]])('%j prints the version', async (args) => {
  expect(await sandbox().run(args)).toMatchObject({ code: exitCodes.ok, stdout: `${manifest.version}\n`, stderr: '' })
})

test.each([
  [[], 'COMMANDS'],
  [['strat'], 'opencode-bridge: unknown command "strat"; did you mean start?'],
  [['help', 'strat'], 'did you mean start?'],
  [['help', 'ask', 'now'], 'unexpected argument "now"'],
  [['logs', '-nmany'], '--lines takes a whole number, not "many"'],
  [['toString'], 'opencode-bridge: unknown command "toString"'],
  [['--bogus', 'start'], 'opencode-bridge: unknown option --bogus'],
  [['start', '--max-siz', '3'], 'did you mean --max-size?'],
  [['start', '--max-size', 'abc'], 'maxSize (from --max-size): "abc" is not a number; allowed: a whole number >= 1'],
  [['start', '--host', '0.0.0.0'], 'set OPENCODE_BRIDGE_API_KEY or --api-key-file'],
  [['start', '--config', 'missing.json'], 'missing.json does not exist'],
  [['start', '--engine', 'warp'], 'allowed: one of auto'],
  [['start', '--api-key', 'sesame-street'], 'a key is never an argument'],
  [['status', 'now'], 'unexpected argument "now"'],
  [['ask', '   '], 'the prompt is empty'],
  [['ask', '-5'], 'put -- before a prompt that begins with a dash'],
])('%j is a usage error', async (args, text) => {
  const { code, stdout, stderr } = await sandbox().run(args)
  expect(stderr).toContain(text)
  expect(stderr).not.toContain('sesame')
  expect(stderr).not.toMatch(/^\s+at /m)
  expect({ code, stdout }).toEqual({ code: exitCodes.usage, stdout: '' })
})

test('--verbose shows where an error happened', async () => {
  expect((await sandbox().run(['status', '--verbose', '--port', 'x'])).stderr).toMatch(/^\s+at /m)
})
