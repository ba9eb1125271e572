import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type AskArgs, buildQuestion } from '../../../src/cli/ask/build-question.ts'
import { exitCodes } from '../../../src/cli/command-line/exit-codes.ts'
import { joinValues } from '../../../src/cli/command-line/repeatable.ts'
import type { KeptConversation } from '../../../src/cli/conversations/conversation-file.ts'
import { parseTemplate } from '../../../src/cli/templates/template.ts'
import { makeFolder } from '../../support/place.ts'

const folder = makeFolder('ocb-question-')
afterAll(() => rmSync(folder, { recursive: true }))
writeFileSync(join(folder, 'a.txt'), 'a')
writeFileSync(join(folder, 'b.bin'), Buffer.from([1, 0, 255]))

interface Line {
  args?: Partial<AskArgs>
  words?: string[]
  piped?: Buffer
  template?: string
  earlier?: KeptConversation
}

const build = ({ args = {}, words = ['hi'], piped = Buffer.alloc(0), template, earlier = { messages: [] } }: Line) =>
  buildQuestion({
    args: { stdin: true, stream: true, ...args, _: words } as AskArgs,
    template: template === undefined ? undefined : parseTemplate(template, 'x.md'),
    earlier,
    readStdin: async () => piped,
  })

const files = (...names: string[]) => ({ file: joinValues(names.map((name) => (name.startsWith('-') || name.includes('*') ? name : join(folder, name)))) })

test('an image alone is a question', async () => {
  const piped = Buffer.from('GIF89a')
  const url = `data:image/gif;base64,${piped.toString('base64')}`
  expect(await build({ words: [], piped })).toEqual({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] })
})

test('stdin is a file by -f -, and left alone by --no-stdin', async () => {
  expect(await build({ args: files('-'), piped: Buffer.from('x') })).toMatchObject({ messages: [{ content: [{ text: 'stdin:\n\nx' }, { text: 'hi' }] }] })
  expect(await build({ args: { stdin: false }, piped: Buffer.from([0]) })).toMatchObject({ messages: [{ content: 'hi' }] })
})

describe('the model is that of', () => {
  const earlier = { model: 'a/earlier', messages: [] }
  const template = '---\nmodel: a/template\n---\n'
  test.each<[string, Line, string | undefined]>([
    ['the command line', { args: { model: 'a/line' }, template, earlier }, 'a/line'],
    ['the template', { template, earlier }, 'a/template'],
    ['the conversation', { earlier }, 'a/earlier'],
    ['nobody', {}, undefined],
  ])('%s', async (_, line, model) => {
    expect((await build(line)).model).toBe(model)
  })
})

test('a schema of a template, in either form', async () => {
  const name = async (template: string) => ((await build({ template })).response_format as any).json_schema.schema.properties
  expect(await name('---\nschema: age int\n---\n')).toEqual({ age: { type: 'integer' } })
  expect(await name('---\nschema: { properties: { a: {} } }\n---\n')).toEqual({ a: {} })
})

test.each<[Line, string]>([
  [{ words: [' '] }, 'the prompt is empty'],
  [{ args: { temperature: 'hot' } }, '--temperature hot is no number from 0 to 2'],
  [{ args: { option: 'seed' } }, '-o seed is no key=value'],
  [{ args: { schema: 'gone.json' } }, 'gone.json cannot be read'],
  [{ args: files('gone.txt') }, 'gone.txt cannot be read: there is no such file'],
  [{ args: { file: folder } }, 'cannot be read: it is a folder'],
  [{ args: files('a.txt', 'b.bin') }, 'b.bin is neither text in UTF-8'],
  [{ args: files(`${folder}/*.py`) }, 'no file fits'],
  [{ args: files('-', '-') }, 'stdin can be a file only once'],
  [{ args: { template: 'x', param: 'a' }, template: '{{a}}' }, '-p a is no name=value'],
  [{ args: { template: 'x' }, template: '{{a}}' }, 'the template x needs a'],
])('%j is wrong', async (line, message) => {
  await expect(build(line)).rejects.toMatchObject({ message: expect.stringContaining(message), exitCode: exitCodes.usage })
})
