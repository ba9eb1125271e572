import { PNG } from '../samples.js'

export const client = 'langchain'
export const packages = [
  'langchain@latest',
  '@langchain/core@latest',
  '@langchain/openai@latest',
  '@langchain/anthropic@latest',
  '@langchain/google-genai@latest',
  'zod@4',
]

/** @type {import('./index.js').ClientModule['record']} */
export async function record({ url, installed, keep }) {
  const { ChatOpenAI } = await installed.load('@langchain/openai')
  const { ChatAnthropic } = await installed.load('@langchain/anthropic')
  const { ChatGoogleGenerativeAI } = await installed.load('@langchain/google-genai')
  const { HumanMessage, SystemMessage } = await installed.load('@langchain/core/messages')
  const { tool } = await installed.load('@langchain/core/tools')
  const { createAgent } = await installed.load('langchain')
  const { z } = await installed.load('zod')

  const weather = tool(() => 'sun', { name: 'get_weather', description: 'The weather of a city', schema: z.object({ city: z.string() }) })
  const openai = { apiKey: 'dummy', maxRetries: 0, configuration: { baseURL: `${url}/v1` } }
  const models = [
    ['openai-chat', new ChatOpenAI({ ...openai, model: 'gpt-4o', temperature: 0 })],
    [
      'openai-responses',
      new ChatOpenAI({ ...openai, model: 'gpt-5.4', useResponsesApi: true, reasoning: { effort: 'low', summary: 'auto' }, zdrEnabled: true }),
    ],
    [
      'anthropic',
      new ChatAnthropic({
        model: 'claude-sonnet-4-6',
        apiKey: 'dummy',
        maxRetries: 0,
        anthropicApiUrl: url,
        maxTokens: 4096,
        thinking: { type: 'enabled', budget_tokens: 1024 },
      }),
    ],
    ['google', new ChatGoogleGenerativeAI({ model: 'gemini-2.5-pro', apiKey: 'dummy', maxRetries: 0, baseUrl: url, safetySettings: [] })],
  ]
  for (const [name, model] of models) {
    const agent = createAgent({ model, tools: [weather], systemPrompt: 'Be terse.' })
    await keep(`${name}-agent`, () => agent.invoke({ messages: [new HumanMessage('Weather in Rome?')] }), { turns: [{ get_weather: { city: 'Rome' } }] })
    await keep(`${name}-image`, async () => {
      const content = [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
      ]
      for await (const _ of await model.stream([new SystemMessage('Be terse.'), new HumanMessage({ content })])) continue
    })
    if (name !== 'anthropic') {
      await keep(`${name}-structured`, () => model.withStructuredOutput(z.object({ city: z.string() }), { name: 'city' }).invoke('Rome, as JSON'), {
        text: '{"city":"Rome"}',
      })
    }
  }
}
