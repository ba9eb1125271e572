import { stripVTControlCharacters } from 'node:util'
import { isLogLine } from './log-line.ts'

/** Why a process of opencode's has ended, in its own words. */
export interface Complaint {
  /** A clause for people. It repeats no text of a file, which may hold keys. */
  text: string
  /** Whether it is about something of the user's, and says what to do; how the process ended is no news then. */
  explained: boolean
}

/** How many faults of a file are told. */
const MAX_FAULTS = 3

/** A longer word that opencode found where it expected something else could be a key. */
const MAX_WORD = 16

const MAX_LENGTH = 500

/**
 * Finds in what opencode (1.18.33) wrote to stderr why it ended. Behind a broken configuration file it writes the whole
 * file; behind its errors of the system, what Bun dumps of them.
 * @returns undefined where it wrote nothing
 */
export function parseComplaint(stderr: string): Complaint | undefined {
  const lines = stripVTControlCharacters(stderr).replaceAll('\r', '').split('\n')
  const text = lines.filter((line) => !isLogLine(line)).join('\n')
  const explained = brokenJson(text) ?? invalidFile(text) ?? unreadableFile(text) ?? systemError(text)
  if (explained !== undefined) return { text: cut(explained), explained: true }
  const line = tellingLine(text)
  return line === undefined ? undefined : { text: cut(line), explained: false }
}

/** Its three parts are the path, the file between two marks, and a list of errors, each with the line that it is in. */
function brokenJson(text: string): string | undefined {
  const path = /^(?:Error: )?Config file at (.+) is not valid JSON/m.exec(text)?.[1]
  if (path === undefined) return undefined
  const errors = text.slice(text.lastIndexOf('\n--- Errors ---'))
  const place = /^\w+ at line \d+, column \d+$/m.exec(errors)?.[0]
  return `${path} is not valid JSON${place === undefined ? '' : `: ${place}`}; correct it there`
}

function invalidFile(text: string): string | undefined {
  const found = /^(?:Error: )?Configuration is invalid at (.+?)(?:: (.+))?$/m.exec(text)
  if (!found) return undefined
  const [, path, reason] = found
  const faults = [...text.matchAll(/^↳ (.+)$/gm)].slice(0, MAX_FAULTS).map(([, fault]) => describeFault(fault!))
  const why = [...(reason === undefined ? [] : [reason]), ...faults].join(', ')
  return `${path} is not what opencode takes${why && `: ${why}`}; correct it there`
}

/** `Expected string | undefined, got 7 model`: the last word is the path in the file. */
function describeFault(fault: string): string {
  const { expected, got, path } = /^Expected (?<expected>.+?), got (?<got>.+) (?<path>\S+)$/.exec(fault)?.groups ?? {}
  if (path === undefined) return hideWords(fault)
  return `\`${path}\` should be ${expected!.replace(/ \| undefined$/, '')}, not ${hideWords(got!)}`
}

function hideWords(text: string): string {
  return text.replace(/"((?:[^"\\]|\\.)*)"/g, (quoted, word: string) => (word.length > MAX_WORD ? '"…"' : quoted))
}

function unreadableFile(text: string): string | undefined {
  const { what, path } = /^(?<what>\w+): FileSystem\.\w+ \((?<path>.+)\)$/m.exec(text)?.groups ?? {}
  return path === undefined ? undefined : `it cannot read ${path} (${what}); make it a file that you may read`
}

/** As Bun tells one that nobody caught: `EROFS: read-only file system, mkdir '/home/user/.cache/opencode/bin'`. */
function systemError(text: string): string | undefined {
  const { reason, call, path } =
    /^(?:\w*[Ee]rror: )?(?<reason>E(?:ROFS|ACCES|PERM|NOTDIR|NOSPC|DQUOT): .+?), (?<call>\w+) '(?<path>.+?)'/m.exec(text)?.groups ?? {}
  if (path === undefined) return undefined
  return `it cannot ${call} ${path} (${reason}); let it write there, or set XDG_CACHE_HOME to a folder where it may`
}

function tellingLine(text: string): string | undefined {
  const lines = text
    .replace(/^--- JSONC Input ---[^]*/m, '')
    .split('\n')
    .filter((line) => /\S/.test(line) && !/^Bun v\d|^\s+at |^\s*\w+: .*,$|^\s*\d+ \| /.test(line))
  const error = lines.findLast((line) => /^(\w*error|panic|fatal)\b/i.test(line) && !line.startsWith('Error: Unexpected error'))
  return (error ?? lines.at(-1))?.trim()
}

function cut(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text
}
