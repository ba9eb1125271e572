import type { Random } from './random.ts'

const LONG = 'x'.repeat(7_000)

/** Headers that the bridge reads, with values that it should not have to expect. Latin-1, for more no client can send. */
const STRANGE: readonly (readonly [string, readonly string[]])[] = [
  [
    'content-type',
    [
      '',
      'text/plain',
      'application/json;charset=utf-16',
      `application/${LONG}`,
      'application/json, application/json',
      'multipart/form-data; boundary=x',
      '\u00ff',
    ],
  ],
  ['content-encoding', ['gzip', 'br', 'zstd', 'deflate', 'gzip, gzip, gzip', 'identity', 'x'.repeat(100), ',,,,']],
  ['accept', ['text/event-stream', '*/*', LONG]],
  ['authorization', ['Bearer', `Bearer ${LONG}`, 'Basic %%%', 'Basic eDp5', 'Bearer eyJhbGciOiJub25lIn0.e30.', '\u00ff']],
  ['x-api-key', ['', LONG]],
  ['x-goog-api-key', ['', LONG]],
  ['anthropic-version', ['', '2023-06-01', LONG]],
  ['anthropic-beta', [LONG, ',,,', Array.from({ length: 500 }, (_, index) => `b${index}`).join(',')]],
  ['openai-beta', [LONG]],
  ['x-request-id', ['', LONG, '../..', 'a\tb', '\u00ff']],
  ['x-bridge-lane', ['', 'verbatim', 'translated', 'session', 'nonsense', LONG]],
  ['x-bridge-session', ['', 'a', LONG, '\u00ff']],
  ['session_id', [LONG]],
  ['origin', ['null', 'https://evil.example', 'http://localhost:1', LONG]],
  ['sec-fetch-site', ['cross-site', 'same-origin', LONG]],
  ['host', ['evil.example', 'localhost', '[::1]', '']],
  ['forwarded', ['for=1;host=evil.example']],
  ['x-forwarded-host', ['evil.example']],
  ['access-control-request-method', ['POST']],
  ['access-control-request-private-network', ['true']],
  ['expect', ['100-continue']],
  ['range', ['bytes=0-1']],
]

/** Some of them, or very many of one name. */
export function strangeHeaders(random: Random): [string, string][] {
  if (random.chance(0.05)) return Array.from({ length: 200 }, (_, index) => [`x-many-${index}`, 'y'])
  return Array.from({ length: 1 + random.below(4) }, () => {
    const [name, values] = random.pick(STRANGE)
    return [name, random.pick(values)]
  })
}
