import type { ArgsDef } from 'citty'
import { describe, expect, test } from 'vitest'
import { parseCommandLine } from '../../../src/cli/command-line/parse.ts'
import { repeatable } from '../../../src/cli/command-line/repeatable.ts'
import { CliError } from '../../../src/cli/command-line/failure.ts'

const definitions = {
  prompt: { type: 'positional', required: false },
  system: { type: 'string', alias: 's' },
  port: { type: 'string' },
  'cors-origin': { type: 'string' },
  file: repeatable({ alias: 'f' }),
  stream: { type: 'boolean', default: true },
  quiet: { type: 'boolean', alias: 'q' },
} satisfies ArgsDef

describe('rewrites arguments so that citty cannot misread them', () => {
  test.each([
    [
      ['a', 'b'],
      ['--', 'a', 'b'],
    ],
    [
      ['-s', 'be brief', 'why?'],
      ['--system=be brief', '--', 'why?'],
    ],
    [
      ['why?', '--system=--no-stream'],
      ['--system=--no-stream', '--', 'why?'],
    ],
    [
      ['--no-stream', '--', '-h', '--port'],
      ['--no-stream', '--', '-h', '--port'],
    ],
    [
      ['--cors-origin', 'http://a', '--cors-origin=http://b'],
      ['--cors-origin=http://a,http://b', '--'],
    ],
    [
      ['-f', 'a,b', '--file=c', '-f', '-'],
      ['--file=a,b\0c\0-', '--'],
    ],
    [['--stream'], ['--stream', '--']],
    [['-'], ['--', '-']],
    [['-sbe brief'], ['--system=be brief', '--']],
    [['-s=x'], ['--system=x', '--']],
    [['-qsbe brief'], ['--system=be brief', '--quiet', '--']],
    [['-sq'], ['--system=q', '--']],
    [
      ['--system=', ''],
      ['--system=', '--', ''],
    ],
  ])('%j', (rawArgs, args) => {
    expect(parseCommandLine(rawArgs, definitions)).toEqual({ args })
  })

  test.each([
    [['-h'], { help: true }],
    [['a', '--help', '--bogus'], { help: true }],
    [['-v'], { version: true }],
    [['--port', '1', '--version'], { version: true }],
  ])('%j', (rawArgs, expected) => {
    expect(parseCommandLine(rawArgs, definitions)).toEqual(expected)
  })
})

describe('refuses', () => {
  test.each([
    [['--prot', '1'], 'unknown option --prot; did you mean --port?'],
    [['--no-straem'], 'unknown option --no-straem; did you mean --no-stream?'],
    [['--no-port'], 'unknown option --no-port'],
    [['-x'], 'unknown option -x'],
    [['-xbrief'], 'unknown option -xbrief'],
    [['--port', '1', '--port=2'], '--port was given 2 times'],
    [['--port'], '--port needs a value'],
    [['--port', '--stream'], '--port needs a value'],
    [['--stream=false'], '--stream takes no value'],
  ])('%j', (rawArgs, message) => {
    const attempt = () => parseCommandLine(rawArgs, definitions)
    expect(attempt).toThrow(CliError)
    expect(attempt).toThrow(message)
  })

  test('a key, and does not repeat it', () => {
    expect(() => parseCommandLine(['--api-key=sesame'], definitions)).toThrow(/^a key is never an argument(?!.*sesame)/)
  })

  test('words that a command has no use for', () => {
    expect(() => parseCommandLine(['now'], { port: { type: 'string' } })).toThrow('unexpected argument "now"')
  })
})
