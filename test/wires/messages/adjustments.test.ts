import { expect, it } from 'vitest'
import type { Prompt } from '../../../src/core/prompt.ts'
import { adjustments } from '../../../src/wires/messages/adjustments.ts'
import { assistant, call, prompt, result, target, tool, user } from '../prompts.ts'

it.each<[string, Partial<Prompt>, unknown[]]>([
  [
    'claude-sonnet-4-5',
    { parameters: { temperature: 0.5, stop: ['END'], reasoningDisplay: 'auto' }, tools: [tool('look')], toolChoice: { type: 'required' } },
    [],
  ],
  ['claude-sonnet-4-5', { parameters: { temperature: 1.5, topP: 0.5 } }, [{ name: 'temperature', instead: '1' }, { name: 'topP' }]],
  ['claude-opus-4-7', { parameters: { temperature: 0.5, topP: 0.5, topK: 3 } }, [{ name: 'temperature' }, { name: 'topP' }, { name: 'topK' }]],
  ['claude-sonnet-4-5', { parameters: { stop: ['END', '\n'] } }, [{ name: 'stop' }]],
  ['claude-opus-5-5', { tools: [tool('look')], toolChoice: { type: 'required' } }, [{ name: 'toolChoice', instead: 'auto' }]],
  ['claude-opus-5-5', { toolChoice: { type: 'required' } }, []],
  ['claude-sonnet-4-5', { parameters: { reasoningBudget: 3_333 } }, []],
  ['claude-sonnet-4-5', { parameters: { reasoningBudget: 3_333, maxOutputTokens: 3_000 } }, [{ name: 'reasoningBudget', instead: '2999' }]],
  ['claude-opus-4-7', { parameters: { reasoningBudget: 3_333 } }, [{ name: 'reasoningBudget', instead: 'low' }]],
  ['claude-opus-4-7', { parameters: { reasoningEffort: 'high' } }, []],
  ['claude-sonnet-4-6', { parameters: { reasoningEffort: 'xhigh' } }, [{ name: 'reasoningEffort', instead: 'high' }]],
  ['claude-sonnet-4-5', { parameters: { reasoningEffort: 'high' } }, [{ name: 'reasoningEffort', instead: '16000' }]],
  ['claude-sonnet-4-5', { parameters: { reasoningMode: 'adaptive' } }, [{ name: 'reasoningMode', instead: '16000' }]],
  ['claude-sonnet-4-6', { parameters: { reasoningMode: 'adaptive' } }, []],
  ['claude-sonnet-4-5', { parameters: { reasoningMode: 'disabled' } }, []],
  ['claude-sonnet-4-6', { parameters: { reasoningMode: 'disabled' } }, []],
  ['claude-sonnet-5-5', { parameters: { reasoningEffort: 'none' } }, [{ name: 'reasoningEffort', instead: 'between_tools' }]],
  ['claude-opus-5-5', { parameters: { reasoningMode: 'disabled' } }, [{ name: 'reasoningMode' }]],
  [
    'claude-sonnet-4-5',
    { parameters: { reasoningBudget: 2_000 }, messages: [user('A'), assistant(call('c1')), result('c1', 'B')] },
    [{ name: 'reasoningBudget' }],
  ],
])('%s with %j: %j', (apiModel, request, expected) => {
  expect(adjustments(prompt(request), target({ wire: 'messages', apiModel }))).toEqual(expected)
})
