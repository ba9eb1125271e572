import { describe, expect, test } from 'vitest'
import { complete } from '../../../src/cli/completion/suggest.ts'

async function valuesFor(line: string): Promise<string[]> {
  const words = line.split(' ')
  const completion = await complete(words.slice(0, -1), words.at(-1)!)
  return 'suggestions' in completion ? completion.suggestions.map(({ value }) => value) : [JSON.stringify(completion)]
}

describe('a line is completed', () => {
  test.each([
    ['sta', ['start', 'status']],
    ['help mod', ['models']],
    ['hel', ['help']],
    ['start --engine ', ['auto', 'run', 'serve']],
    ['start --engine=s', ['--engine=serve']],
    ['start --de', ['--detach']],
    ['ask --no-st', ['--no-stdin', '--no-stream']],
    ['ask --strea', []],
    ['status --he', ['--help']],
    ['key ro', ['rotate']],
    ['key --json ro', ['rotate']],
    ['completion p', ['powershell']],
    ['config maxS', ['maxSize']],
    ['usage to', ['today']],
    ['ask hello', []],
    ['ask -- --st', []],
    ['nothing ', []],
    ['toString ', []],
  ])('%j', async (line, values) => {
    expect(await valuesFor(line)).toEqual(values)
  })

  test.each([
    ['ask -m ', { values: 'models', prefix: '' }],
    ['ask hello --model a/', { values: 'models', prefix: '' }],
    ['ask --model=a', { values: 'models', prefix: '--model=' }],
    ['key revoke c', { values: 'keys', prefix: '' }],
    ['key --expires 30d rotate ', { values: 'keys', prefix: '' }],
    ['connect ', { values: 'tools', prefix: '' }],
    ['provider add x --kind ', { values: 'kinds', prefix: '' }],
    ['provider test ', { values: 'providers', prefix: '' }],
    ['start --config ', { files: true }],
    ['ask -f ', { files: true }],
  ])('%j from elsewhere', async (line, completion) => {
    expect(await valuesFor(line)).toEqual([JSON.stringify(completion)])
  })
})
