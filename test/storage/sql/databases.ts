import { execFile, execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface TestDatabase {
  url: string
  stop(): Promise<void>
}

export interface TestPostgres extends TestDatabase {
  /** Ends the server at once, and begins it again. */
  halt(): Promise<void>
  resume(): Promise<void>
}

/** Debian keeps each version's programs in a folder of its own. */
const VERSIONS = '/usr/lib/postgresql'
const programs = existsSync(VERSIONS)
  ? readdirSync(VERSIONS)
      .toSorted((one, other) => Number(other) - Number(one))
      .map((version) => join(VERSIONS, version, 'bin'))
      .find((folder) => existsSync(join(folder, 'initdb')))
  : undefined

export const hasPostgres = programs !== undefined

export async function startSqlite(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
  return { url: join(folder, 'ledger.db'), stop: async () => rmSync(folder, { recursive: true, force: true }) }
}

/** A server of its own on a socket in a temporary folder; it does not run as root, whose place `postgres` takes. */
export async function startPostgres(): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'pg-'))
  const isRoot = process.getuid?.() === 0
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  const user = isRoot ? { uid: id('-u'), gid: id('-g') } : undefined
  if (user) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const run = async (program: string, ...args: string[]) => {
    await promisify(execFile)(join(programs!, program), args, { ...user, cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C' } })
  }
  await run('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8')
  const settings = `-k ${folder} -c listen_addresses= -c fsync=off`
  const resume = () => run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', settings, 'start')
  const halt = () => run('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop')
  await resume()
  return {
    url: `postgresql://postgres@/postgres?host=${encodeURIComponent(folder)}`,
    halt,
    resume,
    stop: async () => {
      await halt().catch(() => {})
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What every store has to do the same in; PostgreSQL where it is installed. */
export const databaseKinds: [string, () => Promise<TestDatabase>][] = [
  ['SQLite', startSqlite],
  ...(hasPostgres ? [['PostgreSQL', startPostgres] as [string, typeof startPostgres]] : []),
]
