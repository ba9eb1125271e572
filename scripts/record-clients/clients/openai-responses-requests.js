import { ANSWER_SCHEMA, PDF, PNG, SEALED, WEATHER_SCHEMA } from '../samples.js'

const model = 'gpt-5.4'
const weather = { type: 'function', name: 'get_weather', description: 'The weather of a city', parameters: WEATHER_SCHEMA, strict: true }

/** Requests of OpenAI's Responses format by its own library. */
export async function recordResponses(openai, { zodTextFormat, z }, keep) {
  const create = (body, options) => openai.responses.create({ model, ...body }, options)

  await keep('responses-plain', () => create({ input: 'Hi', instructions: 'Be terse.' }))
  await keep('responses-stream', async () => {
    for await (const _ of await create({ input: [{ role: 'user', content: 'Hi' }], stream: true, stream_options: { include_obfuscation: false } })) continue
  })
  await keep('responses-stateless-reasoning', () =>
    create({
      input: [
        { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Be terse.' }] },
        { role: 'user', content: [{ type: 'input_text', text: 'Weather in Rome?' }] },
        {
          type: 'reasoning',
          id: 'rs_1',
          summary: [{ type: 'summary_text', text: 'A tool helps.' }],
          content: [{ type: 'reasoning_text', text: 'Hm.' }],
          encrypted_content: SEALED,
        },
        { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'get_weather', arguments: '{"city":"Rome","unit":"c"}', status: 'completed' },
        {
          type: 'function_call_output',
          call_id: 'call_1',
          output: [
            { type: 'input_text', text: 'sun' },
            { type: 'input_image', image_url: `data:image/png;base64,${PNG}`, detail: 'auto' },
          ],
        },
        {
          type: 'message',
          id: 'msg_1',
          role: 'assistant',
          status: 'completed',
          phase: 'commentary',
          content: [{ type: 'output_text', text: 'Sun.', annotations: [], logprobs: [] }],
        },
        { role: 'user', content: 'And tomorrow?' },
      ],
      tools: [weather],
      store: false,
      include: ['reasoning.encrypted_content', 'message.output_text.logprobs'],
      reasoning: { effort: 'high', summary: 'detailed' },
      top_logprobs: 3,
      max_output_tokens: 2048,
    }),
  )
  await keep('responses-hosted-tools', () =>
    create({
      input: 'Search, run and draw',
      tools: [
        {
          type: 'web_search',
          filters: { allowed_domains: ['example.com'] },
          search_context_size: 'medium',
          user_location: { type: 'approximate', country: 'IT' },
        },
        { type: 'file_search', vector_store_ids: ['vs_1'], max_num_results: 5, filters: { type: 'eq', key: 'lang', value: 'it' } },
        { type: 'code_interpreter', container: { type: 'auto', file_ids: [], memory_limit: '4g' } },
        { type: 'image_generation', size: '1024x1024', quality: 'low', partial_images: 1, background: 'transparent' },
        {
          type: 'mcp',
          server_label: 'deepwiki',
          server_url: 'https://mcp.example.com/mcp',
          require_approval: { never: { tool_names: ['read'] } },
          allowed_tools: ['read'],
          headers: { 'x-client': 'recorder' },
        },
        { type: 'computer_use_preview', display_width: 1024, display_height: 768, environment: 'browser' },
        { type: 'shell', environment: { type: 'container_auto' } },
        { type: 'apply_patch' },
        { type: 'local_shell' },
      ],
      tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'web_search' }, { type: 'mcp', server_label: 'deepwiki' }] },
      include: ['web_search_call.action.sources', 'file_search_call.results', 'code_interpreter_call.outputs'],
      max_tool_calls: 3,
    }),
  )
  await keep('responses-hosted-history', () =>
    create({
      input: [
        { role: 'user', content: 'Search for milk' },
        { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'milk', queries: ['milk'] } },
        { type: 'code_interpreter_call', id: 'ci_1', status: 'completed', container_id: 'cntr_1', code: 'print(1)', outputs: [{ type: 'logs', logs: '1' }] },
        {
          type: 'mcp_list_tools',
          id: 'mcpl_1',
          server_label: 'deepwiki',
          tools: [{ name: 'read', input_schema: { type: 'object' }, annotations: { readOnlyHint: true } }],
        },
        { type: 'mcp_call', id: 'mcp_1', server_label: 'deepwiki', name: 'read', arguments: '{}', output: 'text', approval_request_id: null, error: null },
        { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: PNG },
        { type: 'compaction', id: 'cmp_1', encrypted_content: SEALED },
        { type: 'item_reference', id: 'msg_earlier' },
        {
          type: 'message',
          role: 'assistant',
          content: [
            {
              type: 'output_text',
              text: 'Milk.',
              annotations: [{ type: 'url_citation', url: 'https://example.com', title: 'Milk', start_index: 0, end_index: 4 }],
            },
          ],
        },
        { role: 'user', content: 'And?' },
      ],
    }),
  )
  await keep('responses-custom-tools', () =>
    create({
      input: [
        { role: 'user', content: 'Patch' },
        { type: 'custom_tool_call', id: 'ctc_1', call_id: 'call_1', name: 'patch', input: '*** Begin Patch\n*** End Patch' },
        { type: 'custom_tool_call_output', call_id: 'call_1', output: 'ok' },
      ],
      tools: [
        { type: 'custom', name: 'patch', description: 'Changes files', format: { type: 'grammar', syntax: 'regex', definition: '.*' } },
        { type: 'namespace', name: 'crm', description: 'Customers', tools: [{ ...weather, name: 'find', defer_loading: true }] },
        { type: 'tool_search' },
      ],
      tool_choice: 'auto',
      parallel_tool_calls: false,
    }),
  )
  await keep('responses-files', () =>
    create({
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_file', filename: 'empty.pdf', file_data: `data:application/pdf;base64,${PDF}` },
            { type: 'input_file', file_url: 'https://example.com/a.pdf' },
            { type: 'input_file', file_id: 'file-abc123' },
            { type: 'input_image', file_id: 'file-abc124', detail: 'original' },
            { type: 'input_text', text: 'What are these?' },
          ],
        },
      ],
    }),
  )
  await keep(
    'responses-json-schema',
    () =>
      openai.responses.parse({
        model,
        input: 'Rome, as JSON',
        text: { format: zodTextFormat(z.object({ city: z.string(), inhabitants: z.number().nullable() }), 'city'), verbosity: 'low' },
      }),
    { text: '{"city":"Rome","inhabitants":null}' },
  )
  await keep('responses-state', () =>
    create({
      input: 'And then?',
      previous_response_id: 'resp_earlier',
      truncation: 'auto',
      metadata: { job: '1' },
      service_tier: 'priority',
      safety_identifier: 'hashed-user',
      prompt_cache_key: 'key-1',
      prompt_cache_retention: '24h',
      prompt: { id: 'pmpt_1', version: '2', variables: { name: 'Ann' } },
      conversation: null,
      background: false,
    }),
  )
  await keep(
    'responses-unknown-fields',
    () =>
      create(
        {
          input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hi', cache: { ttl: '1h' } }], future: { deep: [1, 2.5, 1e3] } }],
          text: { format: { type: 'json_schema', name: 'city', schema: ANSWER_SCHEMA, strict: true, future: true } },
          context_management: [{ type: 'compaction', compact_threshold: 100000 }],
          future_field: { enabled: true },
        },
        { headers: { 'OpenAI-Beta': 'responses_multi_agent=v1' } },
      ),
    { text: '{}' },
  )
}
