import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dataHome } from '../../system/user-folders.ts'

export interface CopilotLogin {
  token: string
  /** The host of a GitHub Enterprise; GitHub itself where there is none. */
  host?: string
}

/** The login that opencode keeps for GitHub Copilot, which is only read; undefined where there is none. */
export async function readCopilotLogin(env: Readonly<Record<string, string | undefined>>): Promise<CopilotLogin | undefined> {
  const login = (await readLogins(env))['github-copilot']
  if (typeof login?.refresh !== 'string' || login.refresh === '') return undefined
  const host = typeof login.enterpriseUrl === 'string' ? /^(?:https?:\/\/)?([\w.-]+)\/?$/.exec(login.enterpriseUrl)?.[1] : undefined
  return { token: login.refresh, ...(host !== undefined && { host }) }
}

type Logins = Record<string, { refresh?: unknown; enterpriseUrl?: unknown } | undefined>

/** What cannot be read is no login; its text is in no error. */
async function readLogins(env: Readonly<Record<string, string | undefined>>): Promise<Logins> {
  try {
    const logins: unknown = JSON.parse(env.OPENCODE_AUTH_CONTENT ?? (await readFile(join(dataHome(env), 'opencode', 'auth.json'), 'utf8')))
    return typeof logins === 'object' && logins !== null ? (logins as Logins) : {}
  } catch {
    return {}
  }
}
