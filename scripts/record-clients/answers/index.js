import * as chat from './chat.js'
import * as gemini from './gemini.js'
import * as messages from './messages.js'
import * as responses from './responses.js'

/**
 * An answer in the terms of no wire.
 * @typedef {object} Answer
 * @property {string} text
 * @property {Array<{ name: string, args: object }>} calls
 *
 * How a wire shows its requests and writes its answers.
 * @typedef {object} WireAnswers
 * @property {(body: any) => string[]} toolNames of the tools that are offered
 * @property {(body: any) => number} turnsTaken how many times the model has called tools in this conversation
 * @property {(request: { path: string, body: any }, answer: Answer) => { contentType: string, frames: string[] }} write
 */

/** @type {Record<import('../wires.js').Wire, WireAnswers>} */
const WIRES = { chat, responses, messages, gemini }

/**
 * @param {import('../wires.js').Wire} wire
 * @param {{ path: string, body: any }} request
 * @param {import('../recorder.js').Script} script
 */
export function answerOf(wire, request, { text, turns, parallel = false }) {
  const { toolNames, turnsTaken, write } = WIRES[wire]
  const turn = turns[turnsTaken(request.body)] ?? {}
  const offered = toolNames(request.body)
  const names = Object.keys(turn).filter((name) => offered.includes(name))
  const calls = (parallel ? names : names.slice(0, 1)).map((name) => ({ name, args: turn[name] }))
  return write(request, { text: calls.length > 0 ? 'I look.' : text, calls })
}
