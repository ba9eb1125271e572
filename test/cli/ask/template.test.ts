import { expect, test } from 'vitest'
import { fillTemplate } from '../../../src/cli/templates/fill-template.ts'
import { parseTemplate } from '../../../src/cli/templates/template.ts'

test('a file with a head, and one without', () => {
  expect(parseTemplate('---\nmodel: a/one\nsystem: Be brief.\noptions: { temperature: 0 }\n---\nSum up:\n\n{{input}}\n', 'x.md')).toEqual({
    model: 'a/one',
    system: 'Be brief.',
    options: { temperature: 0 },
    prompt: 'Sum up:\n\n{{input}}',
  })
  expect(parseTemplate('Sum up', 'x.md')).toEqual({ prompt: 'Sum up' })
  expect(parseTemplate('---\n---\nSum up\n\n---\n\nand more', 'x.md')).toEqual({ prompt: 'Sum up\n\n---\n\nand more' })
})

test.each([
  ['---\nmodle: a/one\n---\nx', 'the head of x.md is wrong'],
  ['---\nmodel: [\n---\nx', 'the head of x.md is not valid YAML'],
  ['---\nextract: often\n---\nx', 'wrong at extract'],
])('%j is refused', (text, message) => {
  expect(() => parseTemplate(text, 'x.md')).toThrow(message)
})

const template = parseTemplate('---\nsystem: In {{ language }}.\ndefaults: { language: English }\n---\n{{greeting}} {{input}}', 'x.md')

test('variables, defaults and the input', () => {
  expect(fillTemplate(template, 'x', { greeting: 'Hi {{input}}' }, 'you')).toEqual({ prompt: 'Hi {{input}} you', system: 'In English.' })
  expect(fillTemplate(template, 'x', { greeting: 'Hi', language: 'German' }, 'you')).toMatchObject({ system: 'In German.' })
  expect(fillTemplate({ prompt: 'Sum up' }, 'x', {}, 'a text')).toEqual({ prompt: 'Sum up\n\na text' })
  expect(fillTemplate({ prompt: 'Sum up' }, 'x', {}, '')).toEqual({ prompt: 'Sum up' })
})

test.each([
  [{}, 'the template x needs greeting'],
  [{ greeting: 'Hi', langauge: 'German' }, 'the template x has no variable langauge'],
  [{ greeting: 'Hi', input: 'me' }, 'the template x has no variable input'],
])('%j is refused', (values, message) => {
  expect(() => fillTemplate(template, 'x', values as Record<string, string>, 'you')).toThrow(message)
})
