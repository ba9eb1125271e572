import type { Agent } from './loop.ts'

/** An agent that sends back roles, texts, calls and results of a conversation, and nothing that stood beside them. */
export function forgetful(agent: Agent): Agent {
  return {
    ...agent,
    request(model, stream) {
      const { path, body } = agent.request(model, stream)
      return { path, body: bare(body) }
    },
  }
}

/** A body without what a forgetful client does not send. */
export function bare({ messages, input, contents, ...rest }: any): object {
  return {
    ...rest,
    ...(messages && { messages: messages.map(bareMessage) }),
    ...(input && { input: input.filter(({ type }: any) => type !== 'reasoning') }),
    ...(contents && { contents: contents.map(({ role, parts }: any) => ({ role, parts: parts.flatMap(barePart) })) }),
  }
}

/** Of Chat Completions and of Messages. */
function bareMessage({ role, content, tool_calls: calls, tool_call_id }: any): object {
  return {
    role,
    content: Array.isArray(content) ? content.filter(({ type }: any) => !type.endsWith('thinking')) : content,
    ...(calls && { tool_calls: calls.map(({ id, type, function: { name, arguments: args } }: any) => ({ id, type, function: { name, arguments: args } })) }),
    ...(tool_call_id && { tool_call_id }),
  }
}

/** Calls and their results have no ids in older packages of Google's. */
function barePart({ text, thought, functionCall: call, functionResponse: result }: any): object[] {
  if (call) return [{ functionCall: { name: call.name, args: call.args } }]
  if (result) return [{ functionResponse: { name: result.name, response: result.response } }]
  return thought || !text ? [] : [{ text }]
}
