import { last } from './pick.js'

export const client = 'openai-agents'
export const packages = ['@openai/agents@latest', 'zod@4']

/** @type {import('./index.js').ClientModule['record']} */
export async function record({ url, installed, keep }) {
  const agents = await installed.load('@openai/agents')
  const { OpenAI } = await installed.load('openai')
  const { z } = await installed.load('zod')
  agents.setTracingDisabled(true)
  agents.setDefaultOpenAIClient(new OpenAI({ baseURL: `${url}/v1`, apiKey: 'dummy', maxRetries: 0 }))

  const weather = agents.tool({
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: z.object({ city: z.string(), unit: z.enum(['c', 'f']).nullable() }),
    execute: () => 'sun',
  })
  const agent = (settings) => new agents.Agent({ name: 'Guide', instructions: 'Be terse.', model: 'gpt-5.4', tools: [weather], ...settings })
  const turns = [{ get_weather: { city: 'Rome', unit: null } }]

  for (const api of ['responses', 'chat_completions']) {
    agents.setOpenAIAPI(api)
    await keep(
      `${api}-tool`,
      () =>
        agents.run(
          agent({ modelSettings: { reasoning: { effort: 'low', summary: 'auto' }, text: { verbosity: 'low' }, parallelToolCalls: true, store: false } }),
          'Weather in Rome?',
        ),
      { turns, pick: last },
    )
    await keep(
      `${api}-stream-handoff`,
      async () => {
        const guide = agent({ name: 'Desk', tools: [], handoffs: [agent({ name: 'Weather man', handoffDescription: 'Knows the weather' })] })
        const stream = await agents.run(guide, 'Weather in Rome?', { stream: true })
        for await (const _ of stream) continue
      },
      { turns: [{ transfer_to_Weather_man: {} }, { get_weather: { city: 'Rome', unit: 'c' } }], pick: last },
    )
    await keep(`${api}-output-type`, () => agents.run(agent({ tools: [], outputType: z.object({ city: z.string() }) }), 'Rome, as JSON'), {
      text: '{"city":"Rome"}',
    })
  }
  agents.setOpenAIAPI('responses')
  await keep('responses-hosted', () =>
    agents.run(
      agent({
        tools: [
          agents.webSearchTool({ searchContextSize: 'low' }),
          agents.codeInterpreterTool(),
          agents.hostedMcpTool({ serverLabel: 'docs', serverUrl: 'https://mcp.example.com/mcp', requireApproval: 'never' }),
        ],
      }),
      'Search',
    ),
  )
}
