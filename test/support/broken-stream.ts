import { expect } from 'vitest'

/** Checks that a stream ended with an error event, and with nothing that a client could take for success. */
export function expectBrokenStream(frames: any[], code: string): void {
  expect(frames.at(-1)).toMatchObject({ error: { code } })
  expect(frames).not.toContain('[DONE]')
  expect(frames.filter((frame) => frame.choices?.[0]?.finish_reason)).toEqual([])
}
