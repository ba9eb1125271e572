import { constants, open } from 'node:fs/promises'
import { credentialError } from './credential-error.ts'
import { MAX_SECRET_BYTES, readSecret } from './read-secret.ts'
import type { FileSource } from './source.ts'

/**
 * Reads a secret from a file, in any of the forms that a command may print it.
 * @throws BridgeError where there is none
 */
export async function readFileCredential(source: FileSource): Promise<string> {
  const text = await readText(source)
  const read = readSecret(text)
  if (read === undefined) throw credentialError(source, 'holds no token in a form that is known')
  return read.secret
}

/** Not more than a secret may have, whatever the path leads to, and without waiting for the other end of a pipe. */
async function readText(source: FileSource): Promise<string> {
  try {
    await using file = await open(source.path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_SECRET_BYTES + 1), 0, MAX_SECRET_BYTES + 1, 0)
    if (bytesRead > MAX_SECRET_BYTES) throw credentialError(source, `holds more than ${MAX_SECRET_BYTES / 1024} kB`)
    return buffer.toString('utf8', 0, bytesRead)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw credentialError(source, 'does not exist')
    throw code === 'credential_failed' ? error : credentialError(source, `cannot be read (${code})`)
  }
}
