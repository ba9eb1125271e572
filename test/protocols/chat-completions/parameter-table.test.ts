import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { OPENAI_PARAMETER_NAMES as parameterNames } from '../../../src/protocols/openai-parameters.ts'
import { requestSchema } from '../../../src/protocols/chat-completions/schema.ts'
import { renderParameterTable } from '../../support/parameter-table.ts'

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')

it('the README’s table of parameters is that of the code', () => {
  const section = /<!-- parameters -->\n([^]*?)\n<!-- \/parameters -->/.exec(readme)?.[1]
  expect(section?.trim()).toBe(renderParameterTable(parameterNames))
})

it('the names are those of the request', () => {
  expect(Object.values(parameterNames).filter((name) => !Object.hasOwn(requestSchema.shape, name.split('.')[0]!))).toEqual([])
})
