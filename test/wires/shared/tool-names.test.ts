import { describe, expect, it } from 'vitest'
import type { Message, Prompt, ToolChoice } from '../../../src/core/prompt.ts'
import { toolNamesOf } from '../../../src/wires/shared/tool-names.ts'

const ACCEPTED = /^[a-zA-Z0-9_-]{1,64}$/

function names(tools: string[], { toolChoice = { type: 'auto' }, messages = [] }: { toolChoice?: ToolChoice; messages?: Message[] } = {}) {
  const prompt: Pick<Prompt, 'tools' | 'toolChoice' | 'messages'> = { tools: tools.map((name) => ({ name })), toolChoice, messages }
  return toolNamesOf(prompt)
}

describe('names of tools', () => {
  it('stay where every vendor takes them', () => {
    const { toProvider, toClient } = names(['get_weather', 'a-b', 'x'.repeat(64)])
    for (const name of ['get_weather', 'a-b', 'x'.repeat(64)]) {
      expect(toProvider(name)).toBe(name)
      expect(toClient(name)).toBe(name)
    }
  })

  it.each(['mail.read', 'über', 'a b', 'x'.repeat(65), 'x'.repeat(100), '🙂', '', 'ns:tool/1'])('%j is changed, and changed back', (name) => {
    const { toProvider, toClient } = names([name])
    expect(toProvider(name)).toMatch(ACCEPTED)
    expect(toClient(toProvider(name))).toBe(name)
  })

  it('stay legible', () => {
    expect(names(['mail.read']).toProvider('mail.read')).toBe('mail_read')
    expect(names(['long.'.repeat(30)]).toProvider('long.'.repeat(30))).toMatch(/^long_long_long_.*_[0-9a-f]{8}$/)
  })

  it.each([
    ['a cleaned name that another tool has', ['a.b', 'a_b', 'a:b']],
    ['the same, in another order', ['a_b', 'a:b', 'a.b']],
    ['long names with one beginning', ['x'.repeat(70), `${'x'.repeat(69)}y`, 'x'.repeat(64)]],
    ['long names that are alike once cleaned', [`${'x'.repeat(70)}.`, `${'x'.repeat(70)}:`]],
  ])('are never alike: %s', (_, tools) => {
    const { toProvider, toClient } = names(tools)
    const changed = tools.map(toProvider)
    expect(new Set(changed).size).toBe(tools.length)
    expect(changed.map(toClient)).toEqual(tools)
    for (const name of changed) expect(name).toMatch(ACCEPTED)
  })

  it('of the history and of the choice are mapped, too', () => {
    const call = { type: 'tool-call' as const, id: 'c', name: 'old.tool', arguments: '{}' }
    const mapped = names(['old_tool'], { toolChoice: { type: 'tool', name: 'other.tool' }, messages: [{ role: 'assistant', parts: [call] }] })
    expect(mapped.toProvider('old.tool')).not.toBe('old_tool')
    expect(mapped.toClient(mapped.toProvider('old.tool'))).toBe('old.tool')
    expect(mapped.toProvider('other.tool')).toBe('other_tool')
  })

  it('are the same for the same prompt, and an unknown one passes', () => {
    const tools = ['a.b', 'a:b', 'x'.repeat(90)]
    expect(tools.map(names(tools).toProvider)).toEqual(tools.map(names(tools).toProvider))
    expect(names(tools).toClient('made_up')).toBe('made_up')
    expect(names(tools).toProvider('made.up')).toBe('made.up')
  })
})
