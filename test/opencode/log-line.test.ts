import { describe, expect, test } from 'vitest'
import { isLogLine, unansweredCall } from '../../src/opencode/log-line.ts'

/** Lines as opencode 1.18.33 writes them; the last is of the form of older versions. */

const head = 'timestamp=2026-11-27T23:50:24.144Z level=ERROR run=02c10726'
const failed = (error: string) =>
  `${head} message="stream error" providerID=test modelID=model session.id=ses_1 small=false agent=build mode=primary error.error="${error}"`

describe('a line of opencode’s log', () => {
  test.each([
    [
      failed('AI_APICallError: Cannot connect to API: Unable to connect. Is the computer able to access the url? (cause: Error: Unable to connect.)'),
      'Cannot connect to API: Unable to connect. Is the computer able to access the url?',
    ],
    [
      failed('AI_APICallError: Cannot connect to API: The socket connection was closed unexpectedly. (cause: Error: …)'),
      'Cannot connect to API: The socket connection was closed unexpectedly.',
    ],
    [
      'ERROR 2025-11-02T10:00:00 +2ms service=llm message="stream error" error="AI_APICallError: Cannot connect to API: getaddrinfo ENOTFOUND host"',
      'Cannot connect to API: getaddrinfo ENOTFOUND host',
    ],
    // The provider answered these.
    [failed('AI_APICallError: The provider says no'), undefined],
    [`${head} message="stream error" error.error.message="overloaded" error.error.code=x`, undefined],
    // The end of the last attempt, which stdout tells of.
    [`${head} message=process error="Cannot connect to API: Unable to connect." stack="AI_APICallError: Cannot connect to API"`, undefined],
    [`${head} message="background dependency install failed" error="Cause"`, undefined],
  ])('%s', (line, message) => {
    expect(isLogLine(line)).toBe(true)
    expect(unansweredCall(line)).toBe(message)
  })

  test.each(['Error: Model not found: test/nothing', 'stream error: Cannot connect to API: of a tool', ''])('is not %j', (line) => {
    expect(isLogLine(line)).toBe(false)
    expect(unansweredCall(line)).toBeUndefined()
  })
})
