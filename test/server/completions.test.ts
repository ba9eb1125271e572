import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { say } from './fake-engine.ts'
import { type TestApp, testApp } from './test-app.ts'

function connect(): { client: OpenAI; engine: TestApp['engine'] } {
  const { app, engine } = testApp()
  const fetch = async (url: unknown, init?: RequestInit): Promise<Response> => app.request(url as string, init)
  return { client: new OpenAI({ apiKey: 'any', baseURL: 'http://127.0.0.1:4141/v1', maxRetries: 0, fetch }), engine }
}

describe('the openai package', () => {
  it('reads a completion', async () => {
    const { client, engine } = connect()
    const completion = await client.completions.create({ model: 'openai/gpt-5', prompt: 'Say hi. ', echo: true, n: 2 })
    expect(completion.choices.map(({ index, text, finish_reason }) => [index, text, finish_reason])).toEqual([
      [0, 'Say hi. Hello', 'stop'],
      [1, 'Say hi. Hello', 'stop'],
    ])
    expect(completion.usage).toMatchObject({ prompt_tokens: 10, completion_tokens: 8 })
    expect(engine.prompts[0]!.messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'Say hi. ' }] }])
  })

  it('reads a stream', async () => {
    const { client, engine } = connect()
    engine.script = () => say('Hel', 'lo')
    const texts: string[] = []
    for await (const chunk of await client.completions.create({ model: 'openai/gpt-5', prompt: 'Hi', stream: true })) {
      texts.push(chunk.choices[0]!.text)
    }
    expect(texts).toEqual(['Hel', 'lo', ''])
  })

  it('throws for a suffix', async () => {
    const { client } = connect()
    await expect(client.completions.create({ model: 'openai/gpt-5', prompt: 'a', suffix: 'b' })).rejects.toThrow(
      expect.objectContaining({ status: 400, param: 'suffix' }),
    )
  })
})
