import { extname } from 'node:path'

/** What a file is to a model. */
export type Kind = { type: 'image' | 'pdf' | 'audio'; mediaType: string } | { type: 'text' }

const IMAGES = { png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp' } as const
const AUDIO = { wav: 'audio/wav', mp3: 'audio/mpeg' } as const

/** For messages. */
export const KINDS = `text in UTF-8, an image (${Object.keys(IMAGES).join(', ')}), a PDF or a sound (${Object.keys(AUDIO).join(', ')})`

/**
 * The first bytes of each kind.
 * @see https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern
 */
const SIGNATURES: readonly (readonly [pattern: RegExp, kind: Kind])[] = [
  [/^\x89PNG\r\n.\n/, { type: 'image', mediaType: IMAGES.png }],
  [/^\xff\xd8\xff/, { type: 'image', mediaType: IMAGES.jpg }],
  [/^GIF8[79]a/, { type: 'image', mediaType: IMAGES.gif }],
  [/^RIFF[^]{4}WEBPVP/, { type: 'image', mediaType: IMAGES.webp }],
  [/^%PDF-/, { type: 'pdf', mediaType: 'application/pdf' }],
  [/^RIFF[^]{4}WAVE/, { type: 'audio', mediaType: AUDIO.wav }],
  [/^(?:ID3|\xff[\xfb\xf3\xf2])/, { type: 'audio', mediaType: AUDIO.mp3 }],
]

/**
 * What a file is by its first bytes, else by its name.
 * @param name without one, only the bytes count
 * @returns undefined for what no model could read
 */
export function kindOf(content: Buffer, name = ''): Kind | undefined {
  const start = content.subarray(0, 16).toString('latin1')
  const signed = SIGNATURES.find(([pattern]) => pattern.test(start))
  if (signed) return signed[1]
  const extension = extname(name).slice(1).toLowerCase()
  if (Object.hasOwn(IMAGES, extension)) return { type: 'image', mediaType: IMAGES[extension as keyof typeof IMAGES] }
  if (Object.hasOwn(AUDIO, extension)) return { type: 'audio', mediaType: AUDIO[extension as keyof typeof AUDIO] }
  if (extension === 'pdf') return { type: 'pdf', mediaType: 'application/pdf' }
  return readText(content) === undefined ? undefined : { type: 'text' }
}

/** The text in UTF-8 that a file is; undefined where it is none, for half-read bytes would reach a model as nonsense. */
export function readText(content: Buffer): string | undefined {
  try {
    return content.includes(0) ? undefined : new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch {
    return undefined
  }
}
