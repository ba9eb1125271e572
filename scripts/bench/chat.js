/** The model as opencode knows it, and as the upstream does. */
export const MODEL = 'bench/model'
export const UPSTREAM_MODEL = 'model'

const TOKENS = 20
export const TOKEN_DELAY = 10

/** What the upstream answers to everything, one token at a time. */
export const ANSWER = Array.from({ length: TOKENS }, (_, index) => `token${index} `)

/** @typedef {{ role: string, content: string }} ChatMessage */

/**
 * The chat that every contender is given. Its `id`, always of the same length, finds the upstream calls it caused.
 * @param {string} id
 * @returns {ChatMessage[]}
 */
export function chat(id) {
  return [
    { role: 'system', content: 'You are terse. Answer in one sentence.' },
    { role: 'user', content: 'What is the capital of France?' },
    { role: 'assistant', content: 'Paris.' },
    { role: 'user', content: `And of Italy? (request ${id})` },
  ]
}

/**
 * The chat as the one text that plain `opencode run` takes.
 * @param {ChatMessage[]} messages
 */
export function flatten(messages) {
  return messages.map(({ role, content }) => `${role}: ${content}`).join('\n\n')
}
