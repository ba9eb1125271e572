type Endpoint = '/chat/completions' | '/responses' | '/v1/messages'

/** The models of the online list, by the endpoint that opencode takes for them. */
export const COPILOT_MODELS: Record<string, Endpoint> = {
  'gpt-5.4-loop': '/responses',
  'gpt-5.4-text': '/responses',
  'gpt-4.1-loop': '/chat/completions',
  'gpt-4.1-echo': '/chat/completions',
  'claude-sonnet-4.5-loop': '/chat/completions',
  'claude-opus-4.8-loop': '/v1/messages',
  'claude-opus-4.8-interleaved': '/v1/messages',
  'claude-fable-5.1-loop': '/v1/messages',
  'gemini-3-pro-loop': '/chat/completions',
  'gemini-3-pro-text': '/chat/completions',
}

/** `GET /models`, in the form that opencode 1.18.33 reads: its schema is `CopilotModels.schema` in that binary. */
export function copilotModelList(names: readonly string[] = Object.keys(COPILOT_MODELS)): { object: 'list'; data: object[] } {
  return { object: 'list', data: names.map((name) => modelEntry(name, COPILOT_MODELS[name] ?? '/chat/completions')) }
}

function modelEntry(id: string, endpoint: Endpoint): object {
  const family = id.replace(/-[a-z]+$/, '')
  const messages = endpoint === '/v1/messages'
  return {
    model_picker_enabled: true,
    id,
    name: id,
    object: 'model',
    version: `${id}-2026-01-01`,
    vendor: family.startsWith('gpt') ? 'Azure OpenAI' : family.startsWith('claude') ? 'Anthropic' : 'Google',
    preview: false,
    supported_endpoints: messages ? [endpoint, '/chat/completions'] : [endpoint],
    policy: { state: 'enabled', terms: 'terms' },
    billing: { is_premium: true, multiplier: 1, token_prices: { batch_size: 1_000_000, default: { cache_price: 30, input_price: 300, output_price: 1500 } } },
    capabilities: {
      family,
      type: 'chat',
      object: 'model_capabilities',
      tokenizer: 'o200k_base',
      limits: {
        max_context_window_tokens: 200_000,
        max_output_tokens: 32_000,
        max_prompt_tokens: 168_000,
        vision: { max_prompt_image_size: 3_145_728, max_prompt_images: 5, supported_media_types: ['image/jpeg', 'image/png'] },
      },
      supports: {
        ...(messages ? { adaptive_thinking: true } : {}),
        reasoning_effort: ['low', 'medium', 'high'],
        streaming: true,
        structured_outputs: true,
        tool_calls: true,
        parallel_tool_calls: true,
        vision: true,
      },
    },
  }
}
