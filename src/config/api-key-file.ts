import { readFile } from 'node:fs/promises'
import { ConfigError } from './error.ts'

const MINIMUM = 8

/** Reads one key per line; blank lines and lines that begin with `#` are comments. */
export async function readApiKeyFile(path: string, source: string): Promise<string[]> {
  const reject = (reason: string, allowed?: string) =>
    new ConfigError({ key: 'apiKeyFile', source, reason: `"${path}" ${reason}`, ...(allowed && { allowed }) })

  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw reject(error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code})`)
  })
  const keys: string[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const key = line.trim()
    if (key === '' || key.startsWith('#')) continue
    if (key.length < MINIMUM) throw reject(`has a key that is too short in line ${index + 1}`, `keys of at least ${MINIMUM} characters`)
    keys.push(key)
  }
  if (keys.length === 0) throw reject('holds no key', 'one key per line, # begins a comment')
  return keys
}
