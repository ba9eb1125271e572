import { expect, test } from 'vitest'
import { type Complaint, parseComplaint } from '../../src/opencode/complaint.ts'
import { StderrText } from '../../src/opencode/stderr-text.ts'

const SECRET = 'sk-0123456789abcdefghij'

/** As opencode 1.18.33 writes them. */
const BROKEN_JSON = `\u001B[91m\u001B[1mError: \u001B[0mConfig file at /home/me/.config/opencode/opencode.json is not valid JSON(C): 
--- JSONC Input ---
{
  "provider": { "x": { "options": { "apiKey": "${SECRET}" } "name": "y" } }
}

--- Errors ---
CommaExpected at line 2, column 61
   Line 2:   "provider": { "x": { "options": { "apiKey": "${SECRET}" } "name": "y" } }
                                                                      ^
--- End ---
`
const WRONG_TYPES = `\u001B[91m\u001B[1mError: \u001B[0mConfiguration is invalid at /home/me/.config/opencode/opencode.json
↳ Expected string | undefined, got 7 model
↳ Expected number | undefined, got "${SECRET}" provider.x.options.timeout
`
const READ_ONLY = `EROFS: read-only file system, mkdir '/home/me/.cache/opencode/bin'
    path: "/home/me/.cache/opencode/bin",
 syscall: "mkdir",
   errno: -30,
    code: "EROFS"


Bun v1.3.14 (Linux x64 baseline)
`

test.each<[string, string, Complaint | undefined]>([
  [
    'a file that is no JSON',
    BROKEN_JSON,
    explained('/home/me/.config/opencode/opencode.json is not valid JSON: CommaExpected at line 2, column 61; correct it there'),
  ],
  [
    'fields of a wrong type',
    WRONG_TYPES,
    explained(
      '/home/me/.config/opencode/opencode.json is not what opencode takes: `model` should be string, not 7, `provider.x.options.timeout` should be number, not "…"; correct it there',
    ),
  ],
  [
    'a reference to no file',
    'Error: Configuration is invalid at /home/me/o.json: bad file reference: "{file:./nope}" /home/me/nope does not exist\n',
    explained('/home/me/o.json is not what opencode takes: bad file reference: "{file:./nope}" /home/me/nope does not exist; correct it there'),
  ],
  [
    'a folder in place of the file',
    'Error: Unexpected error\n\nBadResource: FileSystem.readFile (/home/me/.config/opencode/opencode.json)\n',
    explained('it cannot read /home/me/.config/opencode/opencode.json (BadResource); make it a file that you may read'),
  ],
  [
    'a home that cannot be written',
    READ_ONLY,
    explained(
      'it cannot mkdir /home/me/.cache/opencode/bin (EROFS: read-only file system); let it write there, or set XDG_CACHE_HOME to a folder where it may',
    ),
  ],
  [
    'an error of its code',
    '12 | throw\n     ^\nerror: what went wrong\n      at run (/$bunfs/root/x.js:1:2)\n\nBun v1.3.14 (Linux x64)\n',
    { text: 'error: what went wrong', explained: false },
  ],
  ['an unexpected one', 'Error: Unexpected error\n\nsomething odd\n', { text: 'something odd', explained: false }],
  ['a note', 'a note\n', { text: 'a note', explained: false }],
  ['nothing', '\n', undefined],
])('of opencode’s stderr the reason is told: %s', (_name, stderr, complaint) => {
  expect(parseComplaint(stderr)).toEqual(complaint)
})

test('nothing of a file is repeated, also where its end was not kept', () => {
  expect(parseComplaint(BROKEN_JSON.slice(0, BROKEN_JSON.indexOf('--- Errors')))).toEqual(
    explained('/home/me/.config/opencode/opencode.json is not valid JSON; correct it there'),
  )
  expect(parseComplaint(`a note\n${BROKEN_JSON.slice(BROKEN_JSON.indexOf('--- JSONC'))}`)?.text).toBe('a note')
})

test('of a long stderr both ends are kept', () => {
  const stderr = new StderrText()
  for (const piece of BROKEN_JSON.replace('"name"', 'x'.repeat(100_000)).match(/[^]{1,1000}/g)!) stderr.push(piece)
  expect(stderr.toString().length).toBeLessThan(40_000)
  expect(parseComplaint(stderr.toString())?.text).toContain('opencode.json is not valid JSON')
})

function explained(text: string): Complaint {
  return { text, explained: true }
}
