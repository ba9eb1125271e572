import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { CliError } from './command-line/failure.ts'
import { takeOut } from './take-out.ts'

/** What is known of a file that was written: without it, nobody could tell what to take back. */
const recordSchema = z.object({
  /** Whether there was no file before. */
  created: z.boolean(),
  /** Of what was written. */
  sha256: z.string(),
  /** What was written; without it what others changed since cannot be told from that. */
  text: z.string().optional(),
})

type Record = z.output<typeof recordSchema>

/** Where the file as it was before is kept. */
export function backupOf(path: string): string {
  return `${path}.ocb-backup`
}

/** Whether a file holds what the bridge wrote, and nobody changed it since. */
export function isWritten(path: string): boolean {
  const record = readRecord(path)
  return record !== undefined && existsSync(path) && hash(readFileSync(path)) === record.sha256
}

/** Whether the bridge wrote a file, and can say what was there before. */
export function canTakeBack(path: string): boolean {
  const record = readRecord(path)
  return record !== undefined && (record.created || existsSync(backupOf(path)))
}

/** The text of a file, undefined when there is none. */
export function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

/**
 * Writes a tool's settings and keeps what they were. After a second time the older of two backups stays, unless
 * somebody changed the file between them.
 */
export function writeWithBackup(path: string, content: string): void {
  const before = existsSync(path) ? readFileSync(path) : undefined
  const record = readRecord(path)
  const ours = record !== undefined && before !== undefined && hash(before) === record.sha256
  if (!ours) {
    if (before === undefined) rmSync(backupOf(path), { force: true })
    // Settings may hold keys of other providers.
    else writeFileSync(backupOf(path), before, { mode: 0o600 })
  }
  mkdirSync(dirname(path), { recursive: true })
  const created = ours ? record.created : before === undefined
  writeFileSync(recordOf(path), `${JSON.stringify({ created, sha256: hash(content), text: content } satisfies Record)}\n`, { mode: 0o600 })
  // In place, because a link and the permissions of a file are the user's.
  writeFileSync(path, content, before === undefined ? { mode: 0o600 } : {})
}

/**
 * Makes a file what it was before the bridge wrote it; where somebody changed it since, it loses what the bridge wrote.
 * @param isSound whether a text can be what the file holds
 * @returns what became of it
 * @throws CliError when nothing was written, or what was changed since cannot be told from that
 */
export function takeBack(path: string, isSound: (text: string) => boolean = () => true): 'restored' | 'removed' | 'taken out' {
  const record = readRecord(path)
  const backup = backupOf(path)
  if (record === undefined || !canTakeBack(path)) {
    throw new CliError(`there is nothing to take back: the bridge did not write ${path}`)
  }
  const current = existsSync(path) ? readFileSync(path) : undefined
  const changed = current !== undefined && hash(current) !== record.sha256
  if (changed) {
    const before = record.created ? '' : readFileSync(backup, 'utf8')
    const rest = record.text === undefined ? undefined : takeOut(current.toString(), { written: record.text, before })
    if (rest === undefined || !isSound(rest)) {
      throw new CliError(`${path} was changed since the bridge wrote it; left alone`, {
        hint: record.created ? 'there was no such file before' : `what it was before is in ${backup}`,
      })
    }
    writeFileSync(path, rest)
  } else if (record.created) rmSync(path, { force: true })
  else writeFileSync(path, readFileSync(backup))
  for (const leftover of [backup, recordOf(path)]) rmSync(leftover, { force: true })
  if (changed) return 'taken out'
  return record.created ? 'removed' : 'restored'
}

function recordOf(path: string): string {
  return `${path}.ocb-written`
}

function readRecord(path: string): Record | undefined {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(recordOf(path), 'utf8')))
  } catch {
    return undefined
  }
}

function hash(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
