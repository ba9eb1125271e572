import type { KnownWire } from '../../src/core/call.ts'
import { target, type TargetOptions } from './prompts.ts'

/** A model of each format that can do what the format can. */
const MODELS: Record<KnownWire, Omit<TargetOptions, 'wire'>> = {
  chat: { apiModel: 'open-model', model: { efforts: ['none', 'low', 'high'] } },
  responses: { apiModel: 'gpt-5', model: { efforts: ['none', 'low', 'high'] } },
  messages: { apiModel: 'claude-sonnet-4-6' },
  gemini: { apiModel: 'gemini-3-pro-preview' },
}

export const WIRES = Object.keys(MODELS) as KnownWire[]

export const targetOf = (wire: KnownWire, stream = false) => target({ wire, stream, ...MODELS[wire] })
