import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { shorten } from './shorten.js'

const FOLDER = fileURLToPath(new URL('../../test/fixtures/clients', import.meta.url))

export function clearFixtures(client) {
  rmSync(join(FOLDER, client), { recursive: true, force: true })
}

/**
 * Writes a recording where `test/support/recorded-clients.ts` reads it.
 * @param {string} client
 * @param {string} name
 * @param {{ version: string, recording: import('./recorder.js').Recording }} recorded
 */
export function writeFixture(client, name, { version, recording: { wire, method, path, headers, body } }) {
  const folder = join(FOLDER, client)
  mkdirSync(folder, { recursive: true })
  const fixture = { client, version, wire, method, path, headers, ...shorten(body) }
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(fixture, undefined, 2)}\n`)
}
