import { expect, it } from 'vitest'
import { assertModelTakes } from '../../src/core/check-parts.ts'
import type { Message } from '../../src/core/prompt.ts'

const messages = (mediaType: string): Message[] => [
  { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'See' },
      { type: 'file', param: 'messages[1].content[1]', mediaType, data: 'AA==' },
    ],
  },
]
const nothing = { image: false, pdf: false, audio: false }

it.each([
  ['image/png', 'image', 'image'],
  ['application/pdf', 'pdf', 'PDF'],
  ['audio/wav', 'audio', 'audio'],
] as const)('%s needs a model with input of %s', (mediaType, kind, name) => {
  expect(() => assertModelTakes({ messages: messages(mediaType) }, { id: 'a/b', input: { ...nothing, [kind]: true } })).not.toThrow()
  expect(() => assertModelTakes({ messages: messages(mediaType) }, { id: 'a/b', input: { image: true, pdf: true, audio: true, [kind]: false } })).toThrow(
    expect.objectContaining({
      status: 400,
      code: 'unsupported_value',
      param: 'messages[1].content[1]',
      message: expect.stringMatching(`'a/b' takes no ${name}`),
    }),
  )
})

it('a file in the result of a tool is one too', () => {
  const result: Message[] = [
    { role: 'tool', toolCallId: '1', content: [{ type: 'file', param: 'messages[2].content[0]', mediaType: 'image/png', data: 'AA==' }] },
  ]
  expect(() => assertModelTakes({ messages: result }, { id: 'a/b', input: { ...nothing, image: true } })).not.toThrow()
  expect(() => assertModelTakes({ messages: result }, { id: 'a/b', input: nothing })).toThrow(
    expect.objectContaining({ status: 400, param: 'messages[2].content[0]' }),
  )
})

it('a file of another kind is refused, text never', () => {
  expect(() => assertModelTakes({ messages: messages('video/mp4') }, { id: 'a/b', input: { image: true, pdf: true, audio: true } })).toThrow('no such file')
  expect(() => assertModelTakes({ messages: messages('image/png').slice(0, 1) }, { id: 'a/b', input: nothing })).not.toThrow()
})
