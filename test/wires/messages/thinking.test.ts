import { expect, it } from 'vitest'
import type { AssistantPart, Prompt, Token } from '../../../src/core/prompt.ts'
import { messagesWire, thinkingLeftOut } from '../../../src/wires/messages/index.ts'
import { assistant, call, prompt, result, target, type TargetOptions, thought, tool, user } from '../prompts.ts'

type Body = Record<string, any>

function plan(others: Partial<Prompt>, options: Partial<TargetOptions> = {}) {
  const request = prompt(others)
  const to = target({ wire: 'messages', apiModel: 'claude-sonnet-4-5', ...options })
  const { thinking, output_config, max_tokens, temperature } = messagesWire.encode(request, to) as Body
  return { thinking, effort: output_config?.effort as unknown, max_tokens, temperature, leftOut: thinkingLeftOut(request, to) }
}

const SONNET_3 = 'claude-3-5-sonnet-20241022'
const SONNET_45 = 'claude-sonnet-4-5-20250929'
const OPUS_45 = 'claude-opus-4-5-20251101'
const SONNET_46 = 'claude-sonnet-4-6'
const OPUS_47 = 'claude-opus-4-7'
const budget = (tokens: number) => ({ type: 'enabled', budget_tokens: tokens })
const adaptive = { type: 'adaptive' }
const shown = { type: 'adaptive', display: 'summarized' }

it.each<[string, string, Prompt['parameters'], unknown, unknown]>([
  ['nothing', SONNET_45, {}, undefined, undefined],
  ['a budget, exactly', SONNET_45, { reasoningBudget: 3_333 }, budget(3_333), undefined],
  ['a budget, exactly', SONNET_46, { reasoningBudget: 3_333 }, budget(3_333), undefined],
  ['a budget, exactly', 'kimi-k2-thinking', { reasoningBudget: 3_333 }, budget(3_333), undefined],
  ['a budget below the least', SONNET_45, { reasoningBudget: 10 }, budget(1_024), undefined],
  ['a budget where there are none', OPUS_47, { reasoningBudget: 9_000 }, shown, 'medium'],
  ['a budget where there are none', OPUS_47, { reasoningBudget: 40_000 }, shown, 'max'],
  ['as it finds right', SONNET_46, { reasoningMode: 'adaptive' }, adaptive, undefined],
  ['as it finds right', OPUS_47, { reasoningMode: 'adaptive' }, shown, undefined],
  ['as it finds right', SONNET_45, { reasoningMode: 'adaptive' }, budget(16_000), undefined],
  ['an effort', SONNET_46, { reasoningEffort: 'medium' }, adaptive, 'medium'],
  ['an effort', OPUS_47, { reasoningEffort: 'xhigh' }, shown, 'xhigh'],
  ['an effort that the model has not', SONNET_46, { reasoningEffort: 'xhigh' }, adaptive, 'high'],
  ['an effort that the model has not', OPUS_47, { reasoningEffort: 'minimal' }, shown, 'low'],
  ['an effort beside a budget', OPUS_45, { reasoningEffort: 'low' }, budget(4_000), 'low'],
  ['an effort as a budget', SONNET_45, { reasoningEffort: 'high' }, budget(16_000), undefined],
  ['an effort as a budget', 'minimax-m9', { reasoningEffort: 'low' }, budget(4_000), undefined],
  ['hidden', OPUS_47, { reasoningMode: 'adaptive', reasoningDisplay: 'none' }, { type: 'adaptive', display: 'omitted' }, undefined],
  ['shown', SONNET_46, { reasoningMode: 'adaptive', reasoningDisplay: 'detailed' }, shown, undefined],
  ['none', SONNET_46, { reasoningMode: 'disabled' }, { type: 'disabled' }, undefined],
  ['none', OPUS_47, { reasoningEffort: 'none' }, { type: 'disabled' }, undefined],
  ['none', OPUS_47, { reasoningBudget: 0 }, { type: 'disabled' }, undefined],
  ['none, which is what it does anyway', SONNET_45, { reasoningMode: 'disabled' }, undefined, undefined],
  ['as little as it can', 'claude-sonnet-5-5', { reasoningMode: 'disabled' }, { type: 'between_tools' }, undefined],
  ['none, which it cannot', 'claude-opus-5-5', { reasoningMode: 'disabled' }, undefined, undefined],
])('%s: %s %j', (_, apiModel, parameters, thinking, effort) => {
  expect(plan({ parameters }, { apiModel })).toMatchObject({ thinking, effort, leftOut: false })
})

it('a vendor’s efforts come with what opencode has for the vendor', () => {
  const kimi = { apiModel: 'kimi-k3', model: { efforts: ['low', 'high'] }, form: { defaults: { thinking: shown } } }
  expect(plan({ parameters: { reasoningEffort: 'high' } }, kimi)).toMatchObject({ thinking: shown, effort: 'high' })
  expect(plan({ parameters: { reasoningEffort: 'high' } }, { ...kimi, form: {} })).toMatchObject({ thinking: undefined, effort: 'high', leftOut: false })
})

it.each<[string, Prompt['parameters'], Partial<TargetOptions>, unknown, number]>([
  ['the budget stays below the client’s limit', { reasoningBudget: 9_000, maxOutputTokens: 8_000 }, {}, budget(7_999), 8_000],
  ['a limit that nobody chose grows with the budget', { reasoningBudget: 40_000 }, {}, budget(40_000), 64_000],
  ['and ends where the model ends', { reasoningBudget: 90_000 }, {}, budget(63_999), 64_000],
  ['a limit that is enough stays', { reasoningBudget: 9_000 }, {}, budget(9_000), 32_000],
  ['an effort leaves half to the answer', { reasoningEffort: 'high', maxOutputTokens: 6_000 }, {}, budget(3_000), 6_000],
  ['and so does a budget that the bridge chose', { reasoningMode: 'adaptive', maxOutputTokens: 6_000 }, {}, budget(3_000), 6_000],
  [
    'a configured budget gives way to the client’s limit',
    { maxOutputTokens: 3_000 },
    { form: { configured: { thinking: budget(4_000) } } },
    budget(2_999),
    3_000,
  ],
])('%s', (_, parameters, options, thinking, maxTokens) => {
  expect(plan({ parameters }, options)).toMatchObject({ thinking, max_tokens: maxTokens, leftOut: false })
})

it.each<[string, Partial<Prompt>, Partial<TargetOptions>]>([
  ['there are too few tokens for it', { parameters: { reasoningBudget: 2_000, maxOutputTokens: 1_024 } }, {}],
  ['the model does not think', { parameters: { reasoningBudget: 2_000 } }, { apiModel: SONNET_3 }],
  ['the effort is unknown', { parameters: { reasoningEffort: 'turbo' } }, {}],
  ['a call is demanded', { parameters: { reasoningBudget: 2_000 }, tools: [tool('look')], toolChoice: { type: 'required' } }, {}],
  ['a certain call is demanded', { parameters: { reasoningBudget: 2_000 }, tools: [tool('look')], toolChoice: { type: 'tool', name: 'look' } }, {}],
  ['the model is to go on with words', { parameters: { reasoningBudget: 2_000 }, messages: [user('A'), assistant('B')] }, {}],
])('thinking is left out where %s', (_, request, options) => {
  expect(plan(request, options)).toMatchObject({ thinking: undefined, leftOut: true })
})

it('a call can be demanded of a model that thinks as it finds right', () => {
  const request = { parameters: { reasoningEffort: 'high' }, tools: [tool('look')], toolChoice: { type: 'required' } } as const
  expect(plan({ ...request, tools: [...request.tools] }, { apiModel: OPUS_47 })).toMatchObject({ thinking: shown, leftOut: false })
})

it('a thinking model has no temperature', () => {
  const topP = (value: number) =>
    (messagesWire.encode(prompt({ parameters: { reasoningBudget: 2_000, topP: value, topK: 3 } }), target({ wire: 'messages', apiModel: SONNET_45 })) as Body)
      .top_p
  expect([topP(0.95), topP(0.9)]).toEqual([0.95, undefined])
  expect(plan({ parameters: { reasoningBudget: 2_000, temperature: 0.5 } })).toMatchObject({ temperature: undefined })
  expect(plan({ parameters: { reasoningMode: 'disabled', temperature: 0.5 } }, { apiModel: SONNET_46 })).toMatchObject({ temperature: 0.5 })
})

it('the configuration’s thinking holds where the client says nothing, and nothing else of it where it does', () => {
  const form = { configured: { thinking: budget(2_048) } }
  expect(plan({}, { form })).toMatchObject({ thinking: budget(2_048) })
  expect(plan({ parameters: { reasoningBudget: 3_333 } }, { form })).toMatchObject({ thinking: budget(3_333) })
  expect(plan({ parameters: { reasoningMode: 'disabled' } }, { form })).toMatchObject({ thinking: undefined })
  const hidden = { configured: { thinking: { type: 'adaptive', display: 'omitted' } } }
  expect(plan({}, { form: hidden, apiModel: OPUS_47 })).toMatchObject({ thinking: { type: 'adaptive', display: 'omitted' } })
})

it('what opencode says about thinking of a changed history goes along', () => {
  const block_binding = { prefix_mismatch_behavior: 'drop_block' }
  const options = { apiModel: 'claude-fable-5-1', form: { defaults: { thinking: { type: 'adaptive', block_binding } } } }
  expect(plan({}, options)).toMatchObject({ thinking: { type: 'adaptive', block_binding } })
  expect(plan({ parameters: { reasoningEffort: 'low' } }, options)).toMatchObject({ thinking: { ...shown, block_binding }, effort: 'low' })
})

const own: Token = { kind: 'signature', value: 's1', origin: 'p/m' }
const raw: Token = { kind: 'signature', value: 's2' }
const redacted: Token = { kind: 'redacted', value: 'r1', origin: 'p/m' }
const foreign: Token = { kind: 'signature', value: 's3', origin: 'q/m' }
const thinking = (text: string, signature: string) => ({ type: 'thinking', thinking: text, signature })

/** The blocks of the model's turn before the last results. */
function lastTurn(...parts: AssistantPart[]): Body[] {
  const messages = [user('A'), assistant(...parts), result('c1', 'B')]
  const body = messagesWire.encode(prompt({ messages }), target({ wire: 'messages', apiModel: SONNET_45 })) as Body
  return JSON.parse(JSON.stringify(body.messages[1].content, (key, value) => (key === 'cache_control' ? undefined : value)))
}

const use = { type: 'tool_use', id: 'c1', name: 'look', input: { at: 1 } }

it.each<[string, AssistantPart[], unknown[]]>([
  ['signed', [thought('Hm', own), call('c1')], [thinking('Hm', 's1'), use]],
  ['signed, without a word', [thought('', own), call('c1')], [thinking('', 's1'), use]],
  ['signed by whom the client did not say', [thought('Hm', raw), call('c1')], [thinking('Hm', 's2'), use]],
  ['redacted', [thought('', redacted), call('c1')], [{ type: 'redacted_thinking', data: 'r1' }, use]],
  [
    'several, in their order',
    [thought('Hm', own), thought('', redacted), call('c1'), thought('Ah', raw)],
    [thinking('Hm', 's1'), { type: 'redacted_thinking', data: 'r1' }, use, thinking('Ah', 's2')],
  ],
  ['another model’s', [thought('Hm', foreign), call('c1')], [use]],
  ['another vendor’s', [thought('Hm', { kind: 'encrypted', value: 'e1' }), call('c1')], [use]],
  [
    'of opencode’s own keeping',
    [thought('Hm', { kind: 'metadata', value: '{"anthropic":{"signature":"s4"}}', origin: 'p/m' }), call('c1')],
    [thinking('Hm', 's4'), use],
  ],
  [
    'of opencode’s own keeping, redacted',
    [thought('', { kind: 'metadata', value: '{"anthropic":{"redactedData":"r2"}}' }), call('c1')],
    [{ type: 'redacted_thinking', data: 'r2' }, use],
  ],
])('thinking %s', (_, parts, blocks) => {
  expect(lastTurn(...parts)).toEqual(blocks)
})

it('thinking comes first where a budget is, whatever a client put before it', () => {
  const messages = [user('A'), assistant({ type: 'text', text: 'B' }, thought('Hm', own), call('c1')), result('c1', 'C')]
  const types = (parameters: Prompt['parameters'], apiModel: string) => {
    const body = messagesWire.encode(prompt({ messages, parameters }), target({ wire: 'messages', apiModel })) as Body
    return body.messages[1].content.map(({ type }: Body) => type)
  }
  expect(types({ reasoningBudget: 2_000 }, SONNET_45)).toEqual(['thinking', 'text', 'tool_use'])
  expect(types({ reasoningMode: 'adaptive' }, SONNET_46)).toEqual(['text', 'thinking', 'tool_use'])
})

/** Whether thinking is left out: of a model with a budget, and of one that thinks as it finds right, which need not have begun. */
it.each<[string, Prompt['messages'], boolean, boolean]>([
  ['signed', [user('A'), assistant(thought('Hm', own), call('c1')), result('c1', 'B')], false, false],
  ['redacted', [user('A'), assistant(thought('', redacted), call('c1')), result('c1', 'B')], false, false],
  ['missing', [user('A'), assistant(call('c1')), result('c1', 'B')], true, false],
  ['missing, in a conversation that the model began', [assistant(call('c1')), result('c1', 'B')], true, false],
  ['missing, with words after the results', [user('A'), assistant(call('c1')), result('c1', 'B'), user('C')], true, false],
  [
    'of a step that another model gave',
    [user('A'), assistant(thought('Hm', own), call('c1')), result('c1', 'B'), { ...assistant(call('c2')), origin: 'q/m' }, result('c2', 'C')],
    true,
    true,
  ],
  [
    'of a step that the same model gave',
    [user('A'), assistant(thought('Hm', own), call('c1')), result('c1', 'B'), { ...assistant(call('c2')), origin: 'p/m' }, result('c2', 'C')],
    false,
    false,
  ],
  ['lost', [user('A'), { ...assistant(call('c1')), thoughts: 'lost' }, result('c1', 'B')], true, true],
  [
    'lost in the first step',
    [user('A'), { ...assistant(call('c1')), thoughts: 'lost' }, result('c1', 'B'), assistant(thought('Hm', own), call('c2')), result('c2', 'C')],
    true,
    true,
  ],
  ['lost in an earlier turn', [user('A'), { ...assistant(call('c1')), thoughts: 'lost' }, result('c1', 'B'), assistant('C'), user('D')], false, false],
  ['without a token', [user('A'), assistant(thought('Hm'), call('c1')), result('c1', 'B')], true, true],
  ['another model’s', [user('A'), assistant(thought('Hm', foreign), call('c1')), result('c1', 'B')], true, true],
  ['after the call', [user('A'), assistant(call('c1'), thought('Hm', own)), result('c1', 'B')], true, false],
  [
    'in the first step alone',
    [user('A'), assistant(thought('Hm', own), call('c1')), result('c1', 'B'), assistant(call('c2')), result('c2', 'C')],
    false,
    false,
  ],
  [
    'in the first step alone, then another model’s',
    [
      user('A'),
      assistant(thought('Hm', own), call('c1')),
      result('c1', 'B'),
      assistant(call('c2', 'look', '{}', { ...foreign, kind: 'thought-signature' })),
      result('c2', 'C'),
    ],
    true,
    true,
  ],
  ['in an earlier turn alone', [user('A'), assistant(thought('Hm', own), 'B'), user('C'), assistant(call('c1')), result('c1', 'D')], true, false],
  ['missing in an earlier turn', [user('A'), assistant(call('c1')), result('c1', 'B'), assistant('C'), user('D')], false, false],
])('the turn’s thinking is %s', (_, messages, leftOut, ofAdaptive) => {
  expect(plan({ messages, parameters: { reasoningBudget: 2_000 } })).toMatchObject({ leftOut, thinking: leftOut ? undefined : budget(2_000) })
  expect(plan({ messages, parameters: { reasoningMode: 'adaptive' } }, { apiModel: SONNET_46 })).toMatchObject({ leftOut: ofAdaptive })
  expect(plan({ messages })).toMatchObject({ leftOut: false })
})

it('words to go on with hold no thinking where there is to be none', () => {
  const messages = [user('A'), assistant(thought('Hm', own), { type: 'text', text: 'It is ' })]
  const body = messagesWire.encode(prompt({ messages }), target({ wire: 'messages', apiModel: SONNET_45 })) as Body
  expect(body.messages[1].content).toMatchObject([{ type: 'text', text: 'It is' }])
})
