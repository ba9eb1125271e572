import type { Hooks, ToolDefinition } from '@opencode-ai/plugin'
import type { Tool } from '../core/prompt.ts'

/** opencode calls this tool in place of one whose name or arguments it cannot read. */
const INVALID = 'invalid'

/**
 * The client's tools as opencode tools, by their own names. Calling one asks for a permission that nobody gives: the
 * only way in which opencode lets all calls of a turn arrive, ends the turn in order, and calls the provider no more.
 */
export function toToolMap(tools: Tool[]): Record<string, ToolDefinition> {
  if (tools.length === 0) return {}
  const entries = tools.map(({ name, description }) => [name, toTool(name, description ?? '')] as const)
  return Object.fromEntries([[INVALID, toTool(INVALID, 'Do not use')], ...entries])
}

/** The exact definition for the `tool.definition` hook; opencode would derive a schema from `args` otherwise. */
export function defineTool(tools: Tool[], ...[{ toolID }, output]: Parameters<NonNullable<Hooks['tool.definition']>>): void {
  const tool = tools.find(({ name }) => name === toolID)
  if (tool) Object.assign(output, { jsonSchema: tool.parameters ?? EMPTY_SCHEMA, description: tool.description ?? '' })
}

const EMPTY_SCHEMA = { type: 'object', properties: {} }

/** What a session may do: call the client's tools, up to the question, and nothing else. */
export function permissionRules(tools: Tool[]): object[] {
  return [rule('*', 'deny'), ...[...tools.map(({ name }) => name), INVALID].map((name) => rule(name, 'ask')), rule('doom_loop', 'allow')]
}

function rule(permission: string, action: 'ask' | 'deny' | 'allow'): object {
  return { permission, pattern: '*', action }
}

function toTool(name: string, description: string): ToolDefinition {
  return {
    description,
    args: {},
    execute: async (_args, context) => {
      await context.ask({ permission: name, patterns: ['*'], always: [], metadata: {} })
      return ''
    },
  }
}
