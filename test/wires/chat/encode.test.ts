import { describe, expect, it } from 'vitest'
import type { CallForm } from '../../../src/core/call.ts'
import type { OutputFormat, Parameters, Prompt, Tool } from '../../../src/core/prompt.ts'
import { adjustments } from '../../../src/wires/chat/adjustments.ts'
import { chatWire } from '../../../src/wires/chat/index.ts'
import type { Adjustment } from '../../../src/wires/shared/adjustment.ts'
import { assistant, call, prompt, result, target, type TargetOptions, thought, tool, user } from '../prompts.ts'

type Body = Record<string, any>

function encode(others: Partial<Prompt>, options: Partial<TargetOptions> = {}): Body {
  return chatWire.encode(prompt(others), target({ wire: 'chat', ...options }))
}

function fields(parameters: Parameters, options: Partial<TargetOptions> = {}): Body {
  const { model: _model, messages: _messages, ...others } = encode({ parameters }, options)
  return others
}

const openrouter = { npm: '@openrouter/ai-sdk-provider' }
const efforts = (...names: string[]): Partial<TargetOptions> => ({ model: { efforts: names } })

it('says no more than the client', () => {
  expect(encode({})).toEqual({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] })
})

it('a stream is asked for with its usage, except of Mistral', () => {
  expect(fields({}, { stream: true })).toEqual({ stream: true, stream_options: { include_usage: true } })
  expect(fields({}, { stream: true, form: { npm: '@ai-sdk/mistral' } })).toEqual({ stream: true })
})

describe('parameters', () => {
  it.each<[Parameters, Body]>([
    [{ temperature: 0 }, { temperature: 0 }],
    [{ topP: 0.5 }, { top_p: 0.5 }],
    [{ topK: 5 }, {}],
    [{ maxOutputTokens: 9 }, { max_tokens: 9 }],
    [{ stop: ['a', 'b'] }, { stop: ['a', 'b'] }],
    [{ seed: 0 }, { seed: 0 }],
    [
      { presencePenalty: 1, frequencyPenalty: -1 },
      { presence_penalty: 1, frequency_penalty: -1 },
    ],
    [{ logitBias: { 5: -100 } }, { logit_bias: { 5: -100 } }],
    [{ logprobs: 0 }, { logprobs: true }],
    [{ logprobs: 3 }, { logprobs: true, top_logprobs: 3 }],
    [{ reasoningEffort: 'high' }, { reasoning_effort: 'high' }],
    [{ reasoningMode: 'adaptive' }, {}],
    [{ reasoningDisplay: 'auto' }, {}],
    [{ verbosity: 'low' }, { verbosity: 'low' }],
    [{ parallelToolCalls: false }, {}],
    [{ user: 'u' }, { user: 'u' }],
    [{ metadata: { a: 'b' } }, { metadata: { a: 'b' } }],
    [{ store: true }, { store: true }],
    [{ serviceTier: 'flex' }, { service_tier: 'flex' }],
    [{ prediction: { type: 'content', content: 'x' } }, { prediction: { type: 'content', content: 'x' } }],
    [{ modalities: ['audio'] }, {}],
  ])('%j', (parameters, expected) => {
    expect(fields(parameters)).toEqual(expected)
  })

  it('Mistral has another name for the seed', () => {
    expect(fields({ seed: 3 }, { form: { npm: '@ai-sdk/mistral' } })).toEqual({ random_seed: 3 })
  })

  it.each<[string, Partial<CallForm>, string]>([
    ['for OpenAI’s reasoning models', { npm: '@ai-sdk/openai', apiModel: 'o4-mini' }, 'max_completion_tokens'],
    ['for Copilot’s', { npm: '@ai-sdk/github-copilot', apiModel: 'gpt-5-mini' }, 'max_completion_tokens'],
    [
      'at OpenAI’s address',
      { npm: '@ai-sdk/openai-compatible', url: 'https://api.openai.com/v1/chat/completions', apiModel: 'gpt-5.1' },
      'max_completion_tokens',
    ],
    ['for OpenAI’s others', { npm: '@ai-sdk/openai', apiModel: 'gpt-4.1' }, 'max_tokens'],
    ['for Copilot’s Claude', { npm: '@ai-sdk/github-copilot', apiModel: 'claude-sonnet-4.6' }, 'max_tokens'],
    ['for OpenAI’s at another’s', { ...openrouter, apiModel: 'openai/gpt-5' }, 'max_tokens'],
    ['as opencode calls it', { npm: '@ai-sdk/openai-compatible', defaults: { max_completion_tokens: 32_000 } }, 'max_completion_tokens'],
    ['as opencode calls it, whatever the model', { npm: '@ai-sdk/azure', apiModel: 'gpt-5', defaults: { max_tokens: 32_000 } }, 'max_tokens'],
    ['as the configuration has it', { configured: { max_completion_tokens: 500 } }, 'max_completion_tokens'],
  ])('the limit of tokens: %s', (_, form, name) => {
    expect(fields({ maxOutputTokens: 9 }, { form })).toEqual({ [name]: 9 })
  })
})

describe('reasoning', () => {
  it.each<[string, Parameters, Partial<TargetOptions>, Body]>([
    ['an effort that is offered', { reasoningEffort: 'high' }, efforts('low', 'high'), { reasoning_effort: 'high' }],
    ['the nearest of those offered', { reasoningEffort: 'max' }, efforts('low', 'medium', 'high'), { reasoning_effort: 'high' }],
    ['a name that nobody knows', { reasoningEffort: 'turbo' }, efforts('low'), { reasoning_effort: 'turbo' }],
    ['a budget', { reasoningBudget: 10_000 }, {}, { reasoning_effort: 'medium' }],
    ['a budget, of what is offered', { reasoningBudget: 10_000 }, efforts('none', 'minimal', 'low'), { reasoning_effort: 'low' }],
    ['no thinking, where that is offered', { reasoningMode: 'disabled' }, efforts('none', 'low'), { reasoning_effort: 'none' }],
    ['no thinking, else as little as there is', { reasoningMode: 'disabled' }, efforts('low', 'high'), { reasoning_effort: 'low' }],
    ['no thinking, where nobody knows', { reasoningMode: 'disabled' }, {}, {}],
    [
      'no thinking, by the provider’s switch',
      { reasoningMode: 'disabled' },
      { form: { defaults: { thinking: { type: 'enabled', clear_thinking: false } } } },
      { thinking: { type: 'disabled' } },
    ],
    ['no thinking, by another switch', { reasoningEffort: 'none' }, { form: { defaults: { enable_thinking: true } } }, { enable_thinking: false }],
    ['OpenRouter’s effort', { reasoningEffort: 'high' }, { form: openrouter }, { reasoning: { effort: 'high' } }],
    ['OpenRouter’s number', { reasoningBudget: 3333 }, { form: openrouter }, { reasoning: { max_tokens: 3333 } }],
    ['OpenRouter’s own choice', { reasoningMode: 'adaptive' }, { form: openrouter }, { reasoning: { enabled: true } }],
    ['OpenRouter’s none', { reasoningBudget: 0 }, { form: openrouter }, { reasoning: { enabled: false } }],
  ])('%s', (_, parameters, options, expected) => {
    expect(fields(parameters, options)).toEqual(expected)
  })

  it.each<[string, Parameters, Partial<TargetOptions>, Adjustment[]]>([
    ['a budget', { reasoningBudget: 10_000 }, {}, [{ name: 'reasoningBudget', instead: 'medium' }]],
    ['an effort', { reasoningEffort: 'max' }, efforts('low', 'high'), [{ name: 'reasoningEffort', instead: 'high' }]],
    ['nothing', { reasoningEffort: 'low' }, efforts('low', 'high'), []],
    ['thinking that cannot be stopped', { reasoningMode: 'disabled' }, {}, [{ name: 'reasoningMode' }]],
    ['no thinking that a switch stops', { reasoningMode: 'disabled' }, { form: { defaults: { enable_thinking: true } } }, []],
    ['no number of OpenRouter’s', { reasoningBudget: 3333 }, { form: openrouter }, []],
    ['an effort of OpenRouter’s', { reasoningEffort: 'max' }, { ...efforts('low', 'high'), form: openrouter }, [{ name: 'reasoningEffort', instead: 'high' }]],
  ])('tells of what is rounded: %s', (_, parameters, options, expected) => {
    expect(adjustments(prompt({ parameters }), target({ wire: 'chat', ...options }))).toEqual(expected)
  })

  const details = { kind: 'details' as const, value: '[{"type":"reasoning.text","text":"Hm","signature":"s","index":0}]', origin: 'p/m' }
  const lost = [user('A'), assistant(thought('Hm'), call('c1')), result('c1', 'B')]
  const kept = [user('A'), assistant(thought('Hm', details), call('c1')), result('c1', 'B')]

  it.each<[string, Prompt['messages'], string, Parameters, Body, boolean]>([
    ['goes on with its tokens', kept, 'anthropic/claude', { reasoningEffort: 'high' }, { effort: 'high' }, false],
    ['stops where they are lost', lost, 'anthropic/claude', { reasoningEffort: 'high' }, { enabled: false }, true],
    ['goes on in the next turn', [...lost, assistant('C'), user('D')], 'anthropic/claude', { reasoningEffort: 'high' }, { effort: 'high' }, false],
    ['stops for nobody else', lost, 'openai/gpt-5', { reasoningEffort: 'high' }, { effort: 'high' }, false],
  ])('of Claude behind OpenRouter %s', (_, messages, apiModel, parameters, expected, leftOut) => {
    const asked = prompt({ messages, parameters })
    const at = target({ wire: 'chat', apiModel, form: openrouter })
    expect(chatWire.encode(asked, at).reasoning).toEqual(expected)
    expect(adjustments(asked, at)).toEqual(leftOut ? [{ name: 'reasoningEffort' }] : [])
  })

  it('that only the configuration asks for stops there, too', () => {
    const at = target({ wire: 'chat', apiModel: 'anthropic/claude', form: { ...openrouter, configured: { reasoning: { effort: 'high' } } } })
    expect(chatWire.encode(prompt({ messages: lost }), at).reasoning).toEqual({ enabled: false })
    expect(chatWire.encode(prompt({ messages: kept }), at).reasoning).toEqual({ effort: 'high' })
  })
})

describe('tools', () => {
  const parametersOf = (definition: Partial<Tool>) => encode({ tools: [tool('look', definition)] }).tools[0].function.parameters

  it('are defined as they are', () => {
    const schema = { type: 'object', properties: { a: { $ref: '#/$defs/b' } }, $defs: { b: { type: 'string' } }, additionalProperties: false }
    expect(
      encode({ tools: [tool('look', { description: 'Looks', parameters: schema, strict: true }), tool('go', { strict: false }), tool('be')] }),
    ).toMatchObject({
      tools: [
        { type: 'function', function: { name: 'look', description: 'Looks', parameters: schema, strict: true } },
        { type: 'function', function: { name: 'go', parameters: { type: 'object', properties: {} }, strict: false } },
        { type: 'function', function: { name: 'be', parameters: { type: 'object', properties: {} } } },
      ],
    })
    expect(encode({ tools: [tool('be')] }).tools[0].function).not.toHaveProperty('strict')
  })

  it.each<[Partial<Tool>, Body]>([
    [{ parameters: {} }, { type: 'object', properties: {} }],
    [{ parameters: { type: 'object' } }, { type: 'object', properties: {} }],
    [{ parameters: { type: 'object', additionalProperties: true } }, { type: 'object', properties: {}, additionalProperties: true }],
    [{}, { type: 'object', properties: {} }],
    [{ strict: true }, { type: 'object', properties: {}, required: [], additionalProperties: false }],
  ])('have properties: %j', (definition, expected) => {
    expect(parametersOf(definition)).toEqual(expected)
  })

  it.each<[Prompt['toolChoice'], unknown]>([
    [{ type: 'auto' }, 'auto'],
    [{ type: 'none' }, 'none'],
    [{ type: 'required' }, 'required'],
    [
      { type: 'tool', name: 'look' },
      { type: 'function', function: { name: 'look' } },
    ],
  ])('are chosen: %j', (toolChoice, expected) => {
    expect(encode({ tools: [tool('look')], toolChoice }).tool_choice).toEqual(expected)
  })

  it('may be called one at a time', () => {
    expect(encode({ tools: [tool('look')], parameters: { parallelToolCalls: false } }).parallel_tool_calls).toBe(false)
    expect(encode({ tools: [tool('look')] })).not.toHaveProperty('parallel_tool_calls')
  })
})

it.each<[OutputFormat, unknown]>([
  [{ type: 'text' }, undefined],
  [{ type: 'json' }, { type: 'json_object' }],
  [
    { type: 'json-schema', name: 'n', schema: { type: 'object' }, strict: true },
    { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' }, strict: true } },
  ],
  [
    { type: 'json-schema', name: 'n', description: 'd', schema: {}, strict: false },
    { type: 'json_schema', json_schema: { name: 'n', description: 'd', schema: {}, strict: false } },
  ],
])('the answer is held to %j', (output, expected) => {
  expect(encode({ output }).response_format).toEqual(expected)
})

describe('what the user configured', () => {
  const configured = (fields: Body): Partial<TargetOptions> => ({ form: { configured: fields, defaults: { ...fields, top_p: 1, store: false } } })

  it('holds for what the client leaves out, and opencode’s own defaults for nothing', () => {
    expect(fields({}, configured({ temperature: 0.3, chat_template_args: { x: 1 } }))).toEqual({ temperature: 0.3, chat_template_args: { x: 1 } })
    expect(fields({ temperature: 0 }, configured({ temperature: 0.3 }))).toEqual({ temperature: 0 })
  })

  it.each<[string, Parameters, Body, Body]>([
    ['a limit', { maxOutputTokens: 9 }, { max_tokens: 500 }, { max_tokens: 9 }],
    ['an effort', { reasoningEffort: 'low' }, { reasoning_effort: 'high' }, { reasoning_effort: 'low' }],
    [
      'thinking that the client does not want',
      { reasoningMode: 'disabled' },
      { reasoning_effort: 'high', thinking: { type: 'enabled' } },
      { thinking: { type: 'disabled' } },
    ],
    ['the choice among no tools', {}, { tool_choice: 'required', parallel_tool_calls: false }, {}],
  ])('does not hold: %s', (_, parameters, settings, expected) => {
    expect(fields(parameters, configured(settings))).toEqual(expected)
  })
})
