import type { Config } from '../config/schema.ts'
import { toValue } from '../config/provider-blocks.ts'
import { BridgeError } from '../core/errors.ts'
import { createCredential } from '../providers/credentials/credential.ts'
import type { CredentialSource } from '../providers/credentials/source.ts'
import { AuditSink } from '../records/audit/audit-sink.ts'
import { fileWriter } from '../records/audit/file-writer.ts'
import { httpWriter } from '../records/audit/http-writer.ts'
import type { Fetch } from '../system/outbound-fetch.ts'

export interface AuditOptions {
  config: Pick<Config, 'audit' | 'auditHeaders'>
  env: NodeJS.ProcessEnv
  fetch: Fetch
  log: { warn(message: string): void; info(message: string): void }
}

export interface OpenAudit {
  sink: AuditSink
  /** Writes what waits. */
  close(): Promise<void>
}

/**
 * Opens the place where records go beside the log and the books; undefined where there is to be none.
 * @throws BridgeError `audit_failed` for a file that cannot be written: whoever asks for an audit is not to find none later
 */
export async function openAudit({ config: { audit, auditHeaders }, env, fetch, log }: AuditOptions): Promise<OpenAudit | undefined> {
  if (audit === undefined) return undefined
  const isUrl = /^https?:/i.test(audit)
  if (isUrl && !isPlain(audit)) throw failed('the address is none, or has a password in it; a secret belongs in auditHeaders')
  const closing = new AbortController()
  const credentialOf = (source: CredentialSource) => {
    const credential = createCredential(source, { env, signal: closing.signal })
    return () => credential.get()
  }
  const values = Object.entries(auditHeaders).map(([name, input]) => {
    const value = toValue(input)
    const get = typeof value === 'string' ? async () => value : credentialOf(value)
    return [name, get] as const
  })
  const headers = async () => Object.fromEntries(await Promise.all(values.map(async ([name, get]) => [name, await get()] as const)))
  const write = isUrl ? httpWriter({ url: audit, headers, fetch }) : await openFile(audit)
  const sink = new AuditSink({ write, log })
  return {
    sink,
    close: async () => {
      await sink.close()
      closing.abort()
    },
  }
}

function isPlain(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { username, password } = new URL(url)
  return username === '' && password === ''
}

async function openFile(path: string): Promise<ReturnType<typeof fileWriter>> {
  const write = fileWriter(path)
  try {
    await write([])
  } catch (error) {
    throw failed(`${(error as NodeJS.ErrnoException).code}; name a file in a folder that there is, or a URL`)
  }
  return write
}

function failed(why: string): BridgeError {
  return new BridgeError(`The records cannot be written to what audit names: ${why}.`, { code: 'audit_failed', status: 500 })
}
