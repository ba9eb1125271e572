import type { Target } from '../wire.ts'

/** What a model's version decides about a request, as Anthropic's pages on thinking, effort and migration have it. */
export interface Claude {
  /** How it thinks: with a number of tokens, as much as it finds right, either, or not at all. */
  thinks: 'budget' | 'either' | 'adaptive' | 'never'
  /** What asks for as little thinking as it allows; undefined where nothing does, and where nothing need be asked. */
  off: 'disabled' | 'between_tools' | undefined
  /** Efforts that `output_config` takes; empty where the field is refused. */
  efforts: readonly string[]
  /** What an effort comes with: thinking as much as it finds right, with a number of tokens, or as opencode has it. */
  effortThinks: 'adaptive' | 'budget' | 'own'
  /** Whether it takes `temperature`, `top_p` and `top_k`: 400 otherwise. */
  sampling: boolean
  /** Whether `temperature` and `top_p` may stand together. */
  temperatureWithTopP: boolean
  /** Whether it can be made to call: 400 otherwise. */
  forcedCalls: boolean
  /** Whether it can be held to a schema, in its answer and in strict tools. */
  schemas: boolean
}

export function claudeOf({ form, model }: Pick<Target, 'form' | 'model'>): Claude {
  const name = form.apiModel.toLowerCase()
  return name.includes('claude') ? readName(name) : otherModel(model)
}

/** Models of other vendors behind this format get what they are asked for. */
function otherModel({ efforts }: Target['model']): Claude {
  return {
    thinks: 'either',
    off: 'disabled',
    efforts,
    effortThinks: efforts.length > 0 ? 'own' : 'budget',
    sampling: true,
    temperatureWithTopP: true,
    forcedCalls: true,
    schemas: false,
  }
}

function readName(name: string): Claude {
  const family = /fable|mythos|opus|sonnet|haiku/.exec(name)?.[0] ?? ''
  const since = versionOf(name)
  // The largest cannot stop thinking; from 5.5 on, neither can the others but the smallest.
  const large = family === 'fable' || family === 'mythos'
  const always = large || (since(5, 5) && family !== 'haiku')
  return {
    thinks: thinks(since),
    off: always ? (family === 'sonnet' ? 'between_tools' : undefined) : since(4, 6) ? 'disabled' : undefined,
    efforts: efforts(family, since),
    effortThinks: since(4, 6) ? 'adaptive' : 'budget',
    sampling: !since(4, 7),
    temperatureWithTopP: !since(4, 1),
    forcedCalls: large ? !since(5, 1) : !since(5, 5) || family === 'haiku',
    schemas: since(4, 5) || (family === 'opus' && since(4, 1)),
  }
}

type Since = (major: number, minor: number) => boolean

function thinks(since: Since): Claude['thinks'] {
  if (since(4, 7)) return 'adaptive'
  if (since(4, 6)) return 'either'
  return since(3, 7) ? 'budget' : 'never'
}

function efforts(family: string, since: Since): string[] {
  const named = ['low', 'medium', 'high']
  if (since(4, 7)) return [...named, 'xhigh', 'max']
  if (since(4, 6)) return [...named, 'max']
  return family === 'opus' && since(4, 5) ? named : []
}

/** `claude-opus-4-5-20251101`, `claude-3-7-sonnet`, `claude-4.6-opus`; a name without a number is newer than all of these. */
function versionOf(name: string): Since {
  const match = /claude-(?:[a-z]+-)?(\d+)(?:[.-](\d{1,2}))?(?=[.@:-]|$)/.exec(name)
  const version = match ? Number(match[1]) * 100 + Number(match[2] ?? 0) : Infinity
  return (major, minor) => version >= major * 100 + minor
}
