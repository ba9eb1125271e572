/** A provider of `GET /config/providers`, without keys, options and headers. */
export interface ProbedProvider {
  id: string
  name: string
  env: string[]
  /** Where the right to use it comes from; `custom` for opencode's own gateway without a login. */
  source: string
  models: Record<string, ProbedModel>
}

/** A model as opencode describes it inside; the part of it that the bridge reads. */
export interface ProbedModel {
  id: string
  name: string
  family?: string
  api: { id: string; url: string; npm: string }
  status: string
  cost: ProbedCost
  limit: { context: number; input?: number; output: number }
  capabilities: {
    temperature: boolean
    reasoning: boolean
    attachment: boolean
    toolcall: boolean
    input: Record<Modality, boolean>
    output: Record<Modality, boolean>
    interleaved: boolean | { field: string }
  }
  release_date: string
  variants?: Record<string, Record<string, unknown>>
}

export type Modality = 'text' | 'audio' | 'image' | 'video' | 'pdf'

/** USD per million tokens. */
export interface ProbedCost extends ProbedRates {
  tiers?: (ProbedRates & { tier: { type: string; size: number } })[]
  /** The older form of a tier above 200,000 tokens. */
  experimentalOver200K?: ProbedRates
}

interface ProbedRates {
  input: number
  output: number
  cache: { read: number; write: number }
}
