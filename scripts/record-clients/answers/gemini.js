import { frame, SEALED, STREAM, WHOLE } from './sse.js'

const USAGE = { promptTokenCount: 120, candidatesTokenCount: 24, totalTokenCount: 152, thoughtsTokenCount: 8, cachedContentTokenCount: 64 }

export function toolNames({ tools = [] }) {
  return tools.flatMap(({ functionDeclarations = [] }) => functionDeclarations.map(({ name }) => name))
}

export function turnsTaken({ contents }) {
  return [contents].flat().filter(({ role, parts }) => role === 'model' && parts.some(({ functionCall }) => functionCall)).length
}

/** @type {import('./index.js').WireAnswers['write']} */
export function write({ path, body }, { text, calls }) {
  const answer = (parts, finishReason) => ({
    candidates: [{ content: { role: 'model', parts }, index: 0, ...(finishReason ? { finishReason } : {}) }],
    usageMetadata: USAGE,
    modelVersion: 'recorded',
    responseId: 'recorded',
  })
  const parts = [
    ...(body.generationConfig?.thinkingConfig?.includeThoughts ? [{ text: 'Let me see.', thought: true }] : []),
    { text },
    // Only the first of several has one.
    ...calls.map(({ name, args }, index) => ({ functionCall: { name, args }, ...(index === 0 ? { thoughtSignature: SEALED } : {}) })),
  ]
  if (!/:streamGenerateContent/i.test(path)) return { contentType: WHOLE, frames: [JSON.stringify(answer(parts, 'STOP'))] }
  const pieces = parts.map((part, index) => answer([part], index === parts.length - 1 ? 'STOP' : undefined))
  return path.includes('alt=sse') ? { contentType: STREAM, frames: pieces.map(frame) } : { contentType: WHOLE, frames: [JSON.stringify(pieces)] }
}
