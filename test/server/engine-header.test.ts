import { expect, it } from 'vitest'
import { hello, testApp } from './test-app.ts'

it.each(['run', 'serve'] as const)('an answer says what served it: %s', async (servedBy) => {
  const { chat, engine } = testApp()
  engine.servedBy = servedBy
  for (const stream of [false, true]) {
    const response = await chat({ ...hello, stream })
    await response.text()
    expect(response.headers.get('x-bridge-engine')).toBe(servedBy)
  }
})
