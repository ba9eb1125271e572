import type { Model } from '../core/model.ts'

/**
 * An entry of the catalogue that Codex asks its provider for (`GET /v1/models?client_version=…`, as 0.171 and its bundled
 * catalogue have it): what its picker shows, what its meter of the context counts to, and how it offers its tools.
 */
interface CodexModel {
  slug: string
  display_name: string
  description: string
  default_reasoning_level: string | null
  supported_reasoning_levels: { effort: string; description: string }[]
  shell_type: 'shell_command'
  visibility: 'list'
  supported_in_api: true
  /** The lowest is offered first. */
  priority: number
  upgrade: null
  /** Codex refuses a catalogue without. */
  base_instructions: string
  supports_reasoning_summaries: boolean
  support_verbosity: boolean
  default_verbosity: null
  apply_patch_tool_type: 'freeform'
  truncation_policy: { mode: 'tokens'; limit: number }
  supports_parallel_tool_calls: boolean
  /** Tokens; absent where nobody says. */
  context_window?: number
  experimental_supported_tools: string[]
  input_modalities: ('text' | 'image')[]
}

/** Efforts that every version of Codex with a catalogue knows, the least first; one it does not know is the end of the list for it. */
const EFFORTS: readonly string[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh']

/** Of the output of a tool, what Codex shows a model: as it does for those that it knows by name. */
const TRUNCATION = { mode: 'tokens', limit: 10_000 } as const

/** What Codex tells a model that it knows only from here, in place of its own words for OpenAI's. */
const INSTRUCTIONS = `You are Codex, a coding agent in the user's terminal. You and the user share one workspace; work on the task until it is really done.

- Look before you change anything: read the files that matter, with fast searches (\`rg\`, \`rg --files\`) where they are there.
- Do what was asked, in the style of the code around it; fix causes, not symptoms; leave unrelated code and changes of others alone.
- Change files with \`apply_patch\` where you have it. Never undo or delete what you did not make, unless you were asked to.
- Check your work: run the tests, the build or the program, and say what you ran and what came of it. Do not claim what you have not seen.
- If a command is refused or fails, read why, and take another way or ask; never work around the sandbox or an approval.
- For work of several steps keep a plan with \`update_plan\` where you have it, and keep it true.
- Answer in plain, short words: what you did and where (\`path/file.ts:12\`), what is left, what the user has to decide.`

/** The body for Codex. */
export function encodeCodexModels(models: readonly Model[]): { models: CodexModel[] } {
  return { models: models.map(encodeModel) }
}

function encodeModel({ id, name, provider, contextLength, reasoning, efforts, input, wire }: Model, index: number): CodexModel {
  const known = EFFORTS.filter((effort) => efforts.includes(effort))
  return {
    slug: id,
    display_name: name,
    description: `${name} of ${provider}, through opencode`,
    default_reasoning_level: defaultOf(known),
    supported_reasoning_levels: known.map((effort) => ({ effort, description: `Effort: ${effort}` })),
    shell_type: 'shell_command',
    visibility: 'list',
    supported_in_api: true,
    priority: index,
    upgrade: null,
    base_instructions: INSTRUCTIONS,
    supports_reasoning_summaries: reasoning,
    support_verbosity: wire === 'responses',
    default_verbosity: null,
    apply_patch_tool_type: 'freeform',
    truncation_policy: TRUNCATION,
    supports_parallel_tool_calls: true,
    ...(contextLength > 0 && { context_window: contextLength }),
    experimental_supported_tools: [],
    input_modalities: ['text', ...(input.image ? (['image'] as const) : [])],
  }
}

function defaultOf(efforts: readonly string[]): string | null {
  return efforts.includes('medium') ? 'medium' : (efforts[0] ?? null)
}
