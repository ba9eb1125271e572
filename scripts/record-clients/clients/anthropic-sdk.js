import { ANSWER_SCHEMA, ODD_TEXT, PDF, PNG, SEALED, WEATHER_SCHEMA } from '../samples.js'

export const client = 'anthropic-sdk'
export const packages = ['@anthropic-ai/sdk@latest', 'zod@4']

const model = 'claude-opus-4-7'
const max_tokens = 4096
const ask = (content) => [{ role: 'user', content }]
const weather = { name: 'get_weather', description: 'The weather of a city', input_schema: WEATHER_SCHEMA }
const ephemeral = { type: 'ephemeral' }

/** @type {import('./index.js').ClientModule['record']} */
export async function record({ url, installed, keep }) {
  const { Anthropic } = await installed.load('@anthropic-ai/sdk')
  const anthropic = new Anthropic({ baseURL: url, apiKey: 'dummy', authToken: null, maxRetries: 0 })
  const create = (body, options) => anthropic.messages.create({ model, max_tokens, ...body }, options)
  const beta = (body, options) => anthropic.beta.messages.create({ model, max_tokens, ...body }, options)

  await keep('plain', () => create({ messages: ask(ODD_TEXT), system: 'Be terse.' }))
  await keep('stream-helper', () =>
    anthropic.messages.stream({ model, max_tokens, messages: ask('Hi'), temperature: 0.5, top_k: 40, stop_sequences: ['END'] }).finalMessage(),
  )
  await keep('thinking-history', () =>
    create({
      thinking: { type: 'enabled', budget_tokens: 2048, display: 'summarized' },
      messages: [
        ...ask('Weather in Rome?'),
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'A tool helps.', signature: SEALED },
            { type: 'redacted_thinking', data: SEALED },
            { type: 'text', text: 'I look.' },
            { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Rome', unit: 'c' }, caller: { type: 'direct' } },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'toolu_1',
              content: [
                { type: 'text', text: 'sun' },
                { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
              ],
              is_error: false,
            },
          ],
        },
      ],
      tools: [{ ...weather, strict: true, eager_input_streaming: true }],
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    }),
  )
  await keep(
    'adaptive-effort',
    () =>
      create({
        thinking: { type: 'adaptive' },
        output_config: { effort: 'xhigh', format: { type: 'json_schema', schema: ANSWER_SCHEMA } },
        messages: ask('Rome, as JSON'),
        service_tier: 'standard_only',
        metadata: { user_id: 'user-1' },
      }),
    { text: '{}' },
  )
  await keep('cache-control', () =>
    create({
      cache_control: ephemeral,
      system: [{ type: 'text', text: 'Be terse.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
      tools: [weather, { ...weather, name: 'get_rain', cache_control: ephemeral, defer_loading: true, input_examples: [{ city: 'Rome', unit: 'c' }] }],
      messages: [
        ...ask([{ type: 'text', text: 'Hi', cache_control: ephemeral }]),
        { role: 'assistant', content: [{ type: 'text', text: 'Hi.', citations: null }] },
        ...ask([{ type: 'text', text: 'Go on', cache_control: ephemeral }]),
      ],
    }),
  )
  await keep('documents', () =>
    create({
      messages: ask([
        {
          type: 'document',
          source: { type: 'base64', media_type: 'application/pdf', data: PDF },
          title: 'Empty',
          context: 'A page',
          citations: { enabled: true },
          cache_control: ephemeral,
        },
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'The sky is blue.' }, citations: { enabled: true } },
        { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'Grass is green.' }] } },
        { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } },
        { type: 'image', source: { type: 'url', url: 'https://example.com/cat.jpg' } },
        {
          type: 'search_result',
          source: 'https://example.com',
          title: 'Milk',
          content: [{ type: 'text', text: 'Milk is white.' }],
          citations: { enabled: true },
        },
        { type: 'text', text: 'What colours?' },
      ]),
    }),
  )
  await keep('citations-history', () =>
    create({
      messages: [
        ...ask('What colour?'),
        {
          role: 'assistant',
          content: [
            {
              type: 'text',
              text: 'Blue.',
              citations: [
                { type: 'char_location', cited_text: 'The sky is blue.', document_index: 0, document_title: null, start_char_index: 0, end_char_index: 16 },
              ],
            },
          ],
        },
        ...ask('Sure?'),
      ],
    }),
  )
  await keep('server-tools', () =>
    create({
      messages: ask('Search'),
      tools: [
        {
          type: 'web_search_20260209',
          name: 'web_search',
          max_uses: 3,
          allowed_domains: ['example.com'],
          user_location: { type: 'approximate', country: 'IT', city: 'Rome', timezone: 'Europe/Rome' },
        },
        { type: 'web_fetch_20260209', name: 'web_fetch', citations: { enabled: true }, max_content_tokens: 1000 },
        { type: 'code_execution_20260120', name: 'code_execution' },
        { type: 'bash_20250124', name: 'bash' },
        { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool', max_characters: 10000 },
        { type: 'memory_20250818', name: 'memory' },
        { type: 'tool_search_tool_bm25_20251119', name: 'tool_search_tool_bm25' },
        { ...weather, defer_loading: true, allowed_callers: ['code_execution_20260120'] },
      ],
    }),
  )
  await keep('server-tools-history', () =>
    create({
      container: 'container_1',
      messages: [
        ...ask('Search'),
        {
          role: 'assistant',
          content: [
            { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'milk' } },
            {
              type: 'web_search_tool_result',
              tool_use_id: 'srvtoolu_1',
              content: [{ type: 'web_search_result', url: 'https://example.com', title: 'Milk', encrypted_content: SEALED, page_age: null }],
            },
            { type: 'server_tool_use', id: 'srvtoolu_2', name: 'bash_code_execution', input: { command: 'ls' } },
            {
              type: 'bash_code_execution_tool_result',
              tool_use_id: 'srvtoolu_2',
              content: { type: 'bash_code_execution_result', stdout: '', stderr: '', return_code: 0, content: [] },
            },
            {
              type: 'text',
              text: 'Milk.',
              citations: [{ type: 'web_search_result_location', url: 'https://example.com', title: 'Milk', encrypted_index: SEALED, cited_text: 'Milk' }],
            },
          ],
        },
        ...ask([
          { type: 'container_upload', file_id: 'file_1' },
          { type: 'text', text: 'Go on' },
        ]),
      ],
    }),
  )
  await keep('beta-mcp', () =>
    beta({
      betas: ['mcp-client-2025-11-20'],
      mcp_servers: [{ type: 'url', url: 'https://mcp.example.com/sse', name: 'docs', authorization_token: null }],
      tools: [
        { type: 'mcp_toolset', mcp_server_name: 'docs', default_config: { enabled: true, defer_loading: false }, configs: { write: { enabled: false } } },
      ],
      messages: [
        ...ask('Read'),
        {
          role: 'assistant',
          content: [
            { type: 'mcp_tool_use', id: 'mcptoolu_1', name: 'read', server_name: 'docs', input: {} },
            { type: 'mcp_tool_result', tool_use_id: 'mcptoolu_1', is_error: false, content: [{ type: 'text', text: 'text' }] },
            { type: 'text', text: 'Read.' },
          ],
        },
        ...ask('And?'),
      ],
    }),
  )
  await keep('beta-context-management', () =>
    beta({
      betas: ['context-management-2025-06-27', 'compact-2026-01-12', 'interleaved-thinking-2025-05-14'],
      context_management: {
        edits: [
          { type: 'clear_thinking_20251015', keep: { type: 'thinking_turns', value: 2 } },
          {
            type: 'clear_tool_uses_20250919',
            trigger: { type: 'input_tokens', value: 30000 },
            keep: { type: 'tool_uses', value: 3 },
            clear_at_least: { type: 'input_tokens', value: 5000 },
            exclude_tools: ['web_search'],
            clear_tool_inputs: true,
          },
          { type: 'compact_20260112', trigger: { type: 'input_tokens', value: 150000 }, pause_after_compaction: false, instructions: null },
        ],
      },
      messages: [...ask('Hi'), { role: 'assistant', content: [{ type: 'compaction', content: 'They said hi.' }] }, ...ask('Go on')],
    }),
  )
  await keep('beta-skills-files', () =>
    beta({
      betas: ['code-execution-2025-08-25', 'skills-2025-10-02', 'files-api-2025-04-14'],
      container: { id: null, skills: [{ type: 'anthropic', skill_id: 'pptx', version: 'latest' }] },
      tools: [
        { type: 'code_execution_20250825', name: 'code_execution' },
        { type: 'computer_20251124', name: 'computer', display_width_px: 1024, display_height_px: 768, enable_zoom: true },
      ],
      messages: ask([
        { type: 'document', source: { type: 'file', file_id: 'file_1' } },
        { type: 'image', source: { type: 'file', file_id: 'file_2' } },
        { type: 'text', text: 'Make slides' },
      ]),
      speed: 'fast',
      inference_geo: 'us',
    }),
  )
  await keep(
    'tool-runner',
    async () => {
      const { betaZodTool } = await installed.load('@anthropic-ai/sdk/helpers/beta/zod')
      const { z } = await installed.load('zod')
      const tool = betaZodTool({ name: 'get_weather', description: 'The weather', inputSchema: z.object({ city: z.string() }), run: () => 'sun' })
      await anthropic.beta.messages.toolRunner({ model, max_tokens, messages: ask('Weather?'), tools: [tool] })
    },
    { turns: [{ get_weather: { city: 'Rome' } }] },
  )
  await keep('mid-system', () =>
    create(
      {
        messages: [
          ...ask('Hi'),
          { role: 'system', content: [{ type: 'text', text: 'Now in Latin.' }] },
          ...ask([
            { type: 'text', text: 'Hi' },
            { type: 'text', text: '' },
          ]),
          { role: 'assistant', content: 'Sal' },
        ],
      },
      { headers: { 'anthropic-beta': 'mid-conversation-system-2026-01-01' } },
    ),
  )
  await keep('unknown-fields', () =>
    create({
      messages: ask([
        { type: 'text', text: 'Hi', future: { deep: [1, 2.5, 1e3] } },
        { type: 'future_block', data: { a: 1 } },
      ]),
      tools: [{ type: 'future_tool_20270101', name: 'future', config: {} }],
      future_field: true,
      output_config: { effort: 'max', future: 1, task_budget: { type: 'tokens', total: 50000 } },
      thinking: { type: 'disabled' },
    }),
  )
}
