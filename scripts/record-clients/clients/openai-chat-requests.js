import { ANSWER_SCHEMA, ODD_TEXT, PDF, PNG, WAV, WEATHER_SCHEMA } from '../samples.js'

const model = 'gpt-5.4'
const weather = { type: 'function', function: { name: 'get_weather', description: 'The weather of a city', parameters: WEATHER_SCHEMA, strict: true } }
const ask = (content) => [{ role: 'user', content }]

/** Requests of OpenAI's chat format by its own library, those with fields of the last years first of all. */
export async function recordChat(openai, { zodResponseFormat, z }, keep) {
  const create = (body, options) => openai.chat.completions.create({ model, ...body }, options)
  const stream = async (body) => {
    for await (const _ of await create({ stream: true, ...body })) continue
  }

  await keep('chat-plain', () => create({ messages: ask(ODD_TEXT) }))
  await keep('chat-stream-usage', () => stream({ messages: ask('Hi'), stream_options: { include_usage: true, include_obfuscation: false } }))
  await keep('chat-roles', () =>
    create({
      messages: [
        { role: 'developer', content: [{ type: 'text', text: 'Be terse.' }], name: 'policy' },
        { role: 'user', content: 'One?', name: 'ann' },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'One.' },
            { type: 'refusal', refusal: 'No more.' },
          ],
          refusal: null,
          annotations: [],
        },
        { role: 'system', content: 'Now in Latin.' },
        { role: 'user', content: 'Two?' },
        { role: 'assistant', content: null, audio: { id: 'audio_abc' } },
        { role: 'user', content: '' },
      ],
    }),
  )
  await keep('chat-tools-history', () =>
    stream({
      messages: [
        ...ask('Weather in Rome and Paris?'),
        {
          role: 'assistant',
          content: null,
          tool_calls: ['Rome', 'Paris'].map((city, index) => ({
            id: `call_${index}`,
            type: 'function',
            function: { name: 'get_weather', arguments: `{ "city" : "${city}",\n "unit": "c" }` },
          })),
        },
        { role: 'tool', tool_call_id: 'call_0', content: '{"celsius": 21.0}' },
        {
          role: 'tool',
          tool_call_id: 'call_1',
          content: [
            { type: 'text', text: 'rain' },
            { type: 'text', text: 'wind' },
          ],
        },
      ],
      tools: [weather],
      tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'get_weather' } }] } },
      parallel_tool_calls: false,
    }),
  )
  await keep('chat-custom-tools', () =>
    create({
      messages: [
        ...ask('Calculate'),
        { role: 'assistant', content: null, tool_calls: [{ id: 'call_0', type: 'custom', custom: { name: 'calculate', input: '1 + 2' } }] },
        { role: 'tool', tool_call_id: 'call_0', content: '3' },
      ],
      tools: [
        weather,
        {
          type: 'custom',
          custom: {
            name: 'calculate',
            description: 'A sum',
            format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: NUMBER "+" NUMBER\n%import common.NUMBER' } },
          },
        },
      ],
      tool_choice: { type: 'custom', custom: { name: 'calculate' } },
    }),
  )
  await keep('chat-legacy-functions', () =>
    create({
      messages: [
        ...ask('Weather?'),
        { role: 'assistant', content: null, function_call: { name: 'get_weather', arguments: '{}' } },
        { role: 'function', name: 'get_weather', content: 'rain' },
      ],
      functions: [weather.function],
      function_call: { name: 'get_weather' },
    }),
  )
  await keep('chat-files', () =>
    create({
      messages: ask([
        { type: 'text', text: 'What are these?' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}`, detail: 'high' } },
        { type: 'image_url', image_url: { url: 'https://example.com/cat.jpg' } },
        { type: 'file', file: { filename: 'empty.pdf', file_data: `data:application/pdf;base64,${PDF}` } },
        { type: 'file', file: { file_id: 'file-abc123' } },
        { type: 'input_audio', input_audio: { data: WAV, format: 'wav' } },
      ]),
    }),
  )
  await keep(
    'chat-json-schema',
    () =>
      openai.chat.completions.parse({
        model,
        messages: ask('Rome, as JSON'),
        response_format: zodResponseFormat(
          z.object({ city: z.string(), inhabitants: z.number().int().nullable(), tags: z.array(z.enum(['old', 'new'])) }),
          'city',
        ),
      }),
    { text: '{"city":"Rome","inhabitants":null,"tags":[]}' },
  )
  await keep('chat-json-object', () => create({ messages: ask('JSON, please'), response_format: { type: 'json_object' }, stop: ['\n\n', 'END'] }))
  await keep('chat-sampling', () =>
    create({
      messages: ask('Hi'),
      n: 2,
      temperature: 0.7,
      top_p: 0.95,
      presence_penalty: 0.5,
      frequency_penalty: -0.5,
      seed: 42,
      logit_bias: { 50256: -100 },
      logprobs: true,
      top_logprobs: 5,
      max_tokens: 100,
      user: 'user-1',
    }),
  )
  await keep('chat-reasoning', () =>
    create({
      model: 'gpt-5.4',
      messages: ask('Think'),
      reasoning_effort: 'xhigh',
      verbosity: 'low',
      max_completion_tokens: 4096,
      service_tier: 'flex',
      store: false,
      metadata: { job: '1' },
      safety_identifier: 'hashed-user',
      prompt_cache_key: 'key-1',
      prompt_cache_retention: '24h',
    }),
  )
  await keep('chat-web-search', () =>
    create({
      model: 'gpt-5-search-api',
      messages: ask('News?'),
      web_search_options: { search_context_size: 'low', user_location: { type: 'approximate', approximate: { country: 'IT', city: 'Rome' } } },
    }),
  )
  await keep('chat-audio-out', () =>
    create({ model: 'gpt-audio', messages: ask('Say hi'), modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } }),
  )
  await keep('chat-prediction', () =>
    create({ messages: ask('Rename x to y: let x = 1'), prediction: { type: 'content', content: [{ type: 'text', text: 'let y = 1' }] } }),
  )
  await keep(
    'chat-unknown-fields',
    () =>
      create(
        {
          messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }] }],
          // Of other vendors with this format, which their users put in.
          extra_body: { top_k: 20, min_p: 0.05, repetition_penalty: 1.1, chat_template_kwargs: { enable_thinking: false } },
          provider: { order: ['deepinfra'], allow_fallbacks: false },
          reasoning: { max_tokens: 2000, exclude: true },
          thinking: { type: 'enabled', budget_tokens: 1024 },
          response_format: { type: 'json_schema', json_schema: { name: 'city', schema: ANSWER_SCHEMA, strict: null } },
          temperature: 1.0,
          top_p: null,
        },
        { headers: { 'HTTP-Referer': 'https://example.com', 'X-Title': 'Recorder' } },
      ),
    { text: '{}' },
  )
}
