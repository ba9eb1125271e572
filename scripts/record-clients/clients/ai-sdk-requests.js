import { ODD_TEXT, PDF, PNG } from '../samples.js'

const SYSTEM = 'Be terse.'
const png = { type: 'image', image: Buffer.from(PNG, 'base64'), mediaType: 'image/png' }
const pdf = { type: 'file', data: Buffer.from(PDF, 'base64'), mediaType: 'application/pdf', filename: 'empty.pdf' }

/**
 * The same requests through four providers of Vercel's AI SDK, of any of its versions.
 * @param {import('./index.js').Context} context
 */
export async function recordAiSdk({ url, installed, keep }) {
  const [ai, { z }] = [await installed.load('ai'), await installed.load('zod')]
  const { createOpenAI } = await installed.load('@ai-sdk/openai')
  const { createAnthropic } = await installed.load('@ai-sdk/anthropic')
  const { createGoogleGenerativeAI } = await installed.load('@ai-sdk/google')
  const { createOpenAICompatible } = await installed.load('@ai-sdk/openai-compatible')
  const openai = createOpenAI({ baseURL: `${url}/v1`, apiKey: 'dummy' })
  const anthropic = createAnthropic({ baseURL: `${url}/v1`, apiKey: 'dummy' })
  const google = createGoogleGenerativeAI({ baseURL: `${url}/v1beta`, apiKey: 'dummy' })
  const compatible = createOpenAICompatible({ baseURL: `${url}/v1`, apiKey: 'dummy', name: 'bridge', includeUsage: true })

  const get_weather = ai.tool({ description: 'The weather of a city', inputSchema: z.object({ city: z.string() }), execute: () => ({ celsius: 21.5 }) })
  const providers = [
    [
      'openai-responses',
      openai('gpt-5.4'),
      {
        openai: {
          reasoningEffort: 'high',
          reasoningSummary: 'auto',
          include: ['reasoning.encrypted_content'],
          store: false,
          parallelToolCalls: false,
          promptCacheKey: 'key-1',
        },
      },
      { web_search: openai.tools.webSearch?.({ searchContextSize: 'low' }) },
    ],
    ['openai-chat', openai.chat('gpt-5.4'), { openai: { reasoningEffort: 'low', logitBias: { 50256: -100 }, user: 'user-1', metadata: { job: '1' } } }, {}],
    [
      'anthropic',
      anthropic('claude-opus-4-7'),
      { anthropic: { thinking: { type: 'enabled', budgetTokens: 2048 }, cacheControl: { type: 'ephemeral' }, effort: 'high' } },
      { web_search: anthropic.tools.webSearch_20250305({ maxUses: 2 }) },
    ],
    [
      'google',
      google('gemini-3-pro-preview'),
      {
        google: {
          thinkingConfig: { includeThoughts: true, thinkingLevel: 'high' },
          safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
        },
      },
      {},
    ],
    ['compatible', compatible('some-model'), { bridge: { reasoningEffort: 'low', top_k: 20, chat_template_kwargs: { enable_thinking: false } } }, {}],
  ]
  for (const [name, model, providerOptions, hosted] of providers) {
    await keep(
      `${name}-tools`,
      async () => {
        const { textStream } = ai.streamText({
          model,
          system: SYSTEM,
          prompt: 'Weather in Rome?',
          tools: { get_weather, ...hosted },
          stopWhen: ai.stepCountIs(3),
          providerOptions,
          maxRetries: 0,
        })
        for await (const _ of textStream) continue
      },
      { turns: [{ get_weather: { city: 'Rome' } }] },
    )
    await keep(`${name}-parts`, () =>
      ai.generateText({
        model,
        messages: [
          { role: 'system', content: SYSTEM, providerOptions: { anthropic: { cacheControl: { type: 'ephemeral' } } } },
          {
            role: 'user',
            content: [{ type: 'text', text: ODD_TEXT, providerOptions: { anthropic: { cacheControl: { type: 'ephemeral', ttl: '1h' } } } }, png, pdf],
          },
          { role: 'assistant', content: [{ type: 'text', text: 'Two files.' }] },
          { role: 'user', content: 'Sure?' },
        ],
        temperature: 0.5,
        topP: 0.9,
        maxOutputTokens: 512,
        stopSequences: ['END'],
        seed: 7,
        maxRetries: 0,
      }),
    )
    await keep(
      `${name}-object`,
      () =>
        ai.generateObject({ model, prompt: 'Rome, as JSON', schema: z.object({ city: z.string(), inhabitants: z.number().int().optional() }), maxRetries: 0 }),
      { text: '{"city":"Rome"}' },
    )
  }
}
