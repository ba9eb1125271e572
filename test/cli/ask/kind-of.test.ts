import { expect, test } from 'vitest'
import { kindOf } from '../../../src/cli/attachments/kind-of.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')

test.each([
  ['\x89PNG\r\n\x1a\n\0', 'image/png'],
  ['\xff\xd8\xff\xe0', 'image/jpeg'],
  ['GIF89a', 'image/gif'],
  ['RIFF\0\0\0\0WEBPVP8 ', 'image/webp'],
  ['%PDF-1.7', 'application/pdf'],
  ['RIFF\0\0\0\0WAVEfmt ', 'audio/wav'],
  ['ID3\x04', 'audio/mpeg'],
])('%j is seen by its bytes, whatever its name', (start, mediaType) => {
  expect(kindOf(bytes(start), 'notes.txt')).toMatchObject({ mediaType })
})

test('names tell where bytes do not', () => {
  expect(kindOf(bytes('?'), 'a.JPG')).toEqual({ type: 'image', mediaType: 'image/jpeg' })
  expect(kindOf(bytes('?'), 'a.toString')).toEqual({ type: 'text' })
})

test.each([[''], ['é 🌍 \u001b[0m\n']])('%j is text', (text) => {
  expect(kindOf(Buffer.from(text))).toEqual({ type: 'text' })
})

test.each([['\0'], ['caf\xe9'], ['\x7fELF\x02\x01\x01\0']])('%j is nothing for a model', (content) => {
  expect(kindOf(bytes(content), 'a.txt')).toBeUndefined()
})
