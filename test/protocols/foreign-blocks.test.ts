import { describe, expect, test } from 'vitest'
import { chatCompletions } from '../../src/protocols/chat-completions/index.ts'
import { gemini } from '../../src/protocols/gemini/index.ts'
import { messages } from '../../src/protocols/messages/index.ts'
import type { Decoded, Protocol } from '../../src/protocols/protocol.ts'
import { responses } from '../../src/protocols/responses/index.ts'

/** A history of three turns, with more blocks in the one that is named. */
type History = (more: { user?: object[]; model?: object[] }) => Record<string, unknown>

const chat: History = ({ user = [], model = [] }) => ({
  messages: [
    { role: 'user', content: [{ type: 'text', text: 'One' }] },
    { role: 'assistant', content: [...model, { type: 'text', text: 'Two' }] },
    { role: 'user', content: [...user, { type: 'text', text: 'Three' }] },
  ],
})
const anthropic: History = (more) => ({ ...chat(more), max_tokens: 9 })
const openai: History = ({ user = [], model = [] }) => ({
  input: [{ role: 'user', content: 'One' }, ...model, { role: 'assistant', content: 'Two' }, ...user, { role: 'user', content: 'Three' }],
})
const google: History = ({ user = [], model = [] }) => ({
  contents: [
    { role: 'user', parts: [{ text: 'One' }] },
    { role: 'model', parts: [...model, { text: 'Two' }] },
    { role: 'user', parts: [...user, { text: 'Three' }] },
  ],
})

describe('what only another vendor’s server can have made or can read is left out of a history, and named', () => {
  test.each<[string, Protocol, Record<string, unknown>, string[]]>([
    [
      'a hosted search',
      messages,
      anthropic({
        model: [
          { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
          { type: 'web_search_tool_result', tool_use_id: 's', content: [{ type: 'x' }] },
        ],
      }),
      ['messages.content.server_tool_use', 'messages.content.web_search_tool_result'],
    ],
    ['a container', messages, anthropic({ user: [{ type: 'container_upload', file_id: 'f' }] }), ['messages.content.container_upload']],
    ['a compacted history', messages, anthropic({ model: [{ type: 'compaction', content: 'x' }] }), ['messages.content.compaction']],
    ['another vendor’s item', messages, anthropic({ model: [{ type: 'code_interpreter_call', code: 'x' }] }), ['messages.content.code_interpreter_call']],
    [
      'citations',
      messages,
      {
        max_tokens: 9,
        messages: [
          { role: 'user', content: 'One' },
          { role: 'assistant', content: [{ type: 'text', text: 'Two', citations: [{ type: 'char_location' }] }] },
          { role: 'user', content: 'Three' },
        ],
      },
      ['messages.content.citations'],
    ],
    [
      'hosted tools',
      responses,
      openai({
        model: [
          { type: 'web_search_call', id: 'w', action: { query: 'x' } },
          { type: 'code_interpreter_call', id: 'c', code: 'x' },
          { type: 'mcp_list_tools', id: 'm', tools: [] },
        ],
      }),
      ['input.web_search_call', 'input.code_interpreter_call', 'input.mcp_list_tools'],
    ],
    ['a consent', responses, openai({ user: [{ type: 'mcp_approval_response', approval_request_id: 'r', approve: true }] }), ['input.mcp_approval_response']],
    [
      'annotations',
      responses,
      {
        input: [
          { role: 'user', content: 'One' },
          { role: 'assistant', content: [{ type: 'output_text', text: 'Two', annotations: [{ type: 'url_citation' }] }] },
          { role: 'user', content: 'Three' },
        ],
      },
      ['input.content.annotations'],
    ],
    [
      'code that ran at Google’s',
      gemini,
      google({ model: [{ executableCode: { code: 'x' }, thoughtSignature: 'c2ln' }, { codeExecutionResult: { outcome: 'OUTCOME_OK' } }] }),
      ['contents.parts.executableCode', 'contents.parts.codeExecutionResult'],
    ],
    [
      'Google’s own tools',
      gemini,
      google({ model: [{ tool_call: { toolType: 'GOOGLE_SEARCH_WEB' } }], user: [{ toolResponse: {} }] }),
      ['contents.parts.toolCall', 'contents.parts.toolResponse'],
    ],
    [
      'Anthropic’s blocks',
      chatCompletions,
      chat({ model: [{ type: 'server_tool_use', id: 's', name: 'web_search', input: {} }] }),
      ['messages.content.server_tool_use'],
    ],
    ['items of Responses', chatCompletions, openai({ model: [{ type: 'web_search_call', id: 'w' }] }), ['input.web_search_call']],
    ['tools of Responses', chatCompletions, { ...openai({}), tools: [{ type: 'function', name: 'f' }, { type: 'web_search' }] }, ['tools.web_search']],
    [
      'annotations of a search',
      chatCompletions,
      {
        messages: [
          { role: 'user', content: 'One' },
          { role: 'assistant', content: 'Two', annotations: [{ type: 'url_citation' }] },
          { role: 'user', content: 'Three' },
        ],
      },
      ['messages.annotations'],
    ],
  ])('%s', (_name, protocol, body, ignored) => {
    const decoded = decode(protocol, body)
    expect(decoded.ignored).toEqual(ignored)
    expect(textsOf(decoded)).toEqual(['One', 'Two', 'Three'])
    // So that strict requests are refused.
    expect(protocol.hints).not.toContain(ignored[0])
  })

  test('a message that has nothing else goes with it', () => {
    const only = (content: object[]) => [
      { role: 'user', content: 'One' },
      { role: 'assistant', content: 'Two' },
      { role: 'user', content },
      { role: 'user', content: 'Three' },
    ]
    const upload = [{ type: 'container_upload', file_id: 'f' }]
    expect(textsOf(decode(messages, { max_tokens: 9, messages: only(upload) }))).toEqual(['One', 'Two', 'Three'])
    expect(textsOf(decode(chatCompletions, { messages: only(upload) }))).toEqual(['One', 'Two', 'Three'])
  })
})

test.each<[string, Protocol, Record<string, unknown>, string]>([
  ['of Anthropic’s', messages, { max_tokens: 9, messages: [{ role: 'user', content: [{ type: 'container_upload', file_id: 'f' }] }] }, 'messages'],
  ['of OpenAI’s', responses, { input: [{ type: 'compaction', encrypted_content: 'x' }] }, 'input'],
  ['of Google’s', gemini, { contents: [{ parts: [{ codeExecutionResult: {} }] }] }, 'contents'],
  ['in Chat Completions', chatCompletions, { messages: [{ role: 'user', content: [{ type: 'container_upload' }] }] }, 'messages'],
])('a request that has nothing else is refused: %s', (_name, protocol, body, param) => {
  expect(() => decode(protocol, body)).toThrow(expect.objectContaining({ status: 400, param }))
})

test.each<[Protocol, Record<string, unknown>, string]>([
  [messages, anthropic({ model: [{ type: 'hologram' }] }), 'messages[1].content[0].type'],
  [messages, anthropic({ user: [{ type: 'hologram' }] }), 'messages[2].content[0].type'],
  [responses, openai({ model: [{ type: 'hologram_call' }] }), 'input[1].type'],
  [gemini, google({ model: [{ hologram: {} }] }), 'contents[1].parts[0]'],
  [gemini, google({ user: [{ hologram: {} }] }), 'contents[2].parts[0]'],
  [chatCompletions, chat({ model: [{ type: 'hologram' }] }), 'messages[1].content[0].type'],
  [chatCompletions, openai({ model: [{ type: 'hologram_call' }] }), 'input[1].type'],
])('a block that nobody knows is refused, and its field is named (%#)', (protocol, body, param) => {
  expect(() => decode(protocol, body)).toThrow(expect.objectContaining({ status: 400, param }))
})

function decode(protocol: Protocol, body: Record<string, unknown>): Decoded {
  return protocol.decode(body, { resolveModel: () => 'test/model' })
}

function textsOf({ prompt }: Decoded): string[] {
  return prompt.messages.flatMap((message): string[] => {
    const parts = message.role === 'assistant' ? message.parts : message.content
    return typeof parts === 'string' ? [parts] : (parts as { text?: string }[]).map(({ text }) => text ?? '')
  })
}
