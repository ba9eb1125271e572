import type { HostedKind, OfferedHosted } from '../../core/hosted.ts'
import { FETCH_TOOL } from '../../core/page-fetch.ts'
import type { ToolChoice } from '../../core/prompt.ts'
import { SEARCH_TOOL } from '../../core/search.ts'
import type { WebDomains } from '../../core/web-domains.ts'
import type { AnthropicTool, CountRequest, CustomTool } from './schema.ts'

const NAMES: Record<HostedKind, string> = { search: SEARCH_TOOL, fetch: FETCH_TOOL }

/** Which of the tools that Anthropic's servers run it is, of any version. */
export function hostedKind({ type }: { type?: string | null | undefined }): HostedKind | undefined {
  const [, kind] = /^web_(search|fetch)_\d+$/.exec(type ?? '') ?? []
  return kind as HostedKind | undefined
}

export interface HostedTools {
  offered: OfferedHosted
  /** A demand that only one of them can meet; Claude Code makes one for each search of its own. */
  demanded?: ToolChoice
}

/**
 * Reads which of Anthropic's tools the bridge is to run.
 * @param hosted those that it can
 */
export function readHosted(
  { tools, tool_choice: choice, messages }: Pick<CountRequest, 'tools' | 'tool_choice' | 'messages'>,
  hosted: readonly HostedKind[],
): HostedTools {
  const sent = (tools ?? []) as readonly (CustomTool | AnthropicTool)[]
  const toolOf = (kind: HostedKind) => (hosted.includes(kind) ? sent.find((tool): tool is AnthropicTool => hostedKind(tool) === kind) : undefined)
  const search = toolOf('search')
  const fetch = toolOf('fetch')
  const offered = {
    ...(search && { search: limitsOf(search) }),
    ...(fetch && { fetch: { ...limitsOf(fetch), ...pageLimits(fetch), earlier: earlierIn(messages) } }),
  }
  const kinds = Object.keys(offered) as HostedKind[]
  if (kinds.length === 0) return { offered }
  const named = choice?.type === 'tool' ? kinds.find((kind) => NAMES[kind] === choice.name) : undefined
  if (named) return { offered, demanded: { type: 'tool', name: NAMES[named] } }
  const isOnlyTheirs = choice?.type === 'any' && !sent.some((tool) => 'input_schema' in tool)
  return { offered, ...(isOnlyTheirs && { demanded: { type: 'required' } }) }
}

function limitsOf({ max_uses: uses, allowed_domains: allowed, blocked_domains: blocked }: AnthropicTool): WebDomains & { maxUses?: number } {
  return {
    ...(typeof uses === 'number' && uses > 0 && { maxUses: uses }),
    ...(domains(allowed).length > 0 && { allowedDomains: domains(allowed) }),
    ...(domains(blocked).length > 0 && { blockedDomains: domains(blocked) }),
  }
}

function pageLimits({ max_content_tokens: tokens, citations }: AnthropicTool): { maxContentTokens?: number; cites?: boolean } {
  return {
    ...(typeof tokens === 'number' && tokens > 0 && { maxContentTokens: tokens }),
    ...(typeof citations === 'object' && citations !== null && 'enabled' in citations && citations.enabled === true && { cites: true }),
  }
}

function domains(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((domain) => typeof domain === 'string') : []
}

const RESULTS: ReadonlySet<string> = new Set(['web_search_tool_result', 'web_fetch_tool_result'])

/** The texts of what earlier answers found, which a prompt has no place for. */
function earlierIn(messages: CountRequest['messages']): string[] {
  const blocks = messages.flatMap(({ content }) => (Array.isArray(content) ? (content as { type: string; content?: unknown }[]) : []))
  return blocks.filter(({ type }) => RESULTS.has(type)).flatMap(({ content }) => stringsIn(content))
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : []
}
