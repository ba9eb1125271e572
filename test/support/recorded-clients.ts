import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

/**
 * What real clients sent, recorded by `scripts/record-clients`, and what providers answer, by their documentation; see
 * `test/fixtures/clients/README.md`. Bodies and answers are bytes to be passed on as they are: parse a copy.
 */

const FOLDER = fileURLToPath(new URL('../fixtures/clients', import.meta.url))
const ANSWERS = 'answers'

const wire = z.enum(['chat', 'responses', 'messages', 'gemini'])

const clientBody = z.strictObject({
  client: z.string(),
  version: z.string(),
  wire,
  method: z.literal('POST'),
  /** With its query; below the base URL that the client was given. */
  path: z.string().startsWith('/'),
  /** Names in lower case; without those of the connection, and without keys. */
  headers: z.record(z.string(), z.string()),
  /** What was left out of a giant body. */
  shortened: z.string().optional(),
  body: z.string(),
})

export type RecordedWire = z.output<typeof wire>

export interface ClientBody extends z.output<typeof clientBody> {
  /** Unique among those of its client. */
  name: string
}

export interface ProviderAnswer {
  name: string
  wire: RecordedWire
  bytes: Buffer
}

/** In the order of their clients and names. A file that is no recording fails the test that imports this. */
export const recordedBodies: ClientBody[] = filesOf(FOLDER, '.json').map((file) => ({
  ...clientBody.parse(JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))),
  name: file.slice(file.indexOf('/') + 1, -'.json'.length),
}))

export const publishedAnswers: ProviderAnswer[] = filesOf(join(FOLDER, ANSWERS), '.sse').map((file) => ({
  name: file.slice(0, -'.sse'.length),
  wire: wire.parse(file.split('-')[0]),
  bytes: readFileSync(join(FOLDER, ANSWERS, file)),
}))

/** Paths below the folder, with `/`. */
function filesOf(folder: string, extension: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(extension))
    .map((file) => file.replaceAll('\\', '/'))
    .sort()
}
