import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chunkFrame } from '../../src/demo/model-server.ts'
import { describeEachEngine } from '../support/each-engine.ts'
import { type Bridge, parseFrames, startBridge } from '../support/bridge.ts'
import { fail, type Script, USAGE } from '../support/upstream.ts'
import { gate } from '../support/gate.ts'

/** Requests at the same time, each with a tool of its own name. */

const CLIENTS = 6

/** `ROUNDS=20` is the whole run; a process for each request makes a round there cost 6 × 3 CPU seconds. */
const ROUNDS = process.env.ROUNDS ? { serve: Number(process.env.ROUNDS), run: Number(process.env.ROUNDS) } : { serve: 3, run: 1 }

describeEachEngine('on', (engine) => {
  let bridge: Bridge
  const rounds = ROUNDS[engine]

  beforeAll(async () => {
    bridge = await startBridge({ warm: 0, config: { engine, minIdle: 0, maxSize: CLIENTS, maxRetries: 0 } })
  })
  afterAll(() => bridge.close())

  test(`${rounds} rounds of ${CLIENTS}: each gets its own call`, { timeout: timeoutOf(rounds) }, async () => {
    for (let round = 0; round < rounds; round++) {
      const clients = clientsOf(round)
      const answers = await playRound(bridge, clients)
      expect(answers.map(callOf)).toEqual(clients.map(expectedCall))
      expectOwnTools(bridge, clients)
    }
  })

  test(`${rounds} rounds of one that fails beside ${CLIENTS - 1}: none is harmed`, { timeout: timeoutOf(rounds) }, async () => {
    for (let round = 0; round < rounds; round++) {
      const clients = clientsOf(round)
      const failing = round % CLIENTS
      const answers = await playRound(bridge, clients, clients[failing]!.tool)
      const [failed] = answers.splice(failing, 1)
      expect(failed).toMatchObject({ status: 500, body: { error: { message: 'It broke.', code: 'broken' } } })
      expect(answers.map(callOf)).toEqual(clients.toSpliced(failing, 1).map(expectedCall))
      expectOwnTools(bridge, clients)
    }
  })
})

interface Client {
  tool: string
  says: string
}

interface Answer {
  status: number
  /** The frames of a stream, or the error. */
  body: any
}

function clientsOf(round: number): Client[] {
  return Array.from({ length: CLIENTS }, (_, index) => ({ tool: `tool_${round}_${index}`, says: `client ${index} in round ${round}` }))
}

/** Sends the requests of a round at once, of which the one with the tool `failing` fails, and reads their answers. */
async function playRound(bridge: Bridge, clients: Client[], failing?: string): Promise<Answer[]> {
  bridge.upstream.calls.length = 0
  bridge.upstream.answer(together(clients.length, failing))
  return Promise.all(
    clients.map(async ({ tool, says }) => {
      const response = await bridge.chat({ messages: [{ role: 'user', content: says }], tools: [definition(tool)], stream: true })
      const text = await response.text()
      return { status: response.status, body: response.ok ? parseFrames(text) : JSON.parse(text) }
    }),
  )
}

/**
 * Answers none before all `count` have asked, then all in turns, each with a call of the tool that it came with,
 * for the user that it speaks of. The one with the tool `failing` fails while the others are in the middle of it.
 */
function together(count: number, failing?: string): Script {
  let arrived = 0
  const everyone = gate()
  return async (call, number) => {
    const { response, body } = call
    if (++arrived === count) everyone.open()
    await everyone.opened
    const { name } = body.tools[0].function
    if (name === failing) {
      await sleep(40)
      return fail(500, { message: 'It broke.', code: 'broken' })(call, number)
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const write = (delta: object) => response.write(chunkFrame(body.model, { delta: { tool_calls: [{ index: 0, ...delta }] } }))
    write({ id: `call_${name}`, type: 'function', function: { name, arguments: '' } })
    for (const part of JSON.stringify({ from: body.messages.at(-1).content }).match(/.{1,8}/g)!) {
      await sleep(20)
      write({ function: { arguments: part } })
    }
    response.end(`${chunkFrame(body.model, { finishReason: 'tool_calls', usage: USAGE })}data: [DONE]\n\n`)
  }
}

function definition(name: string): object {
  return { type: 'function', function: { name, parameters: { type: 'object', properties: { from: { type: 'string' } } } } }
}

/** The calls that a client puts together from its stream, and how it ended. */
function callOf({ status, body }: Answer): object {
  if (status !== 200) return { status, body }
  const parts = body.flatMap((frame: any) => frame.choices?.[0]?.delta?.tool_calls ?? [])
  return {
    ids: parts.flatMap((part: any) => part.id ?? []),
    names: parts.flatMap((part: any) => part.function.name ?? []),
    arguments: parts.map((part: any) => part.function.arguments).join(''),
    finished: body.flatMap((frame: any) => frame.choices?.[0]?.finish_reason ?? []),
    end: body.at(-1),
  }
}

function expectedCall({ tool, says }: Client): object {
  return { ids: [`call_${tool}`], names: [tool], arguments: JSON.stringify({ from: says }), finished: ['tool_calls'], end: '[DONE]' }
}

/** The provider was asked once by each, with its own tool and words and nobody else's. */
function expectOwnTools(bridge: Bridge, clients: Client[]): void {
  const asked = bridge.upstream.calls.map(({ body }) => ({ tools: body.tools, messages: body.messages }))
  expect(asked).toHaveLength(clients.length)
  expect(asked).toEqual(expect.arrayContaining(clients.map(({ tool, says }) => ({ tools: [definition(tool)], messages: [{ role: 'user', content: says }] }))))
}

/** Each round starts up to six processes on a machine that may be busy. */
function timeoutOf(rounds: number): number {
  return 60_000 + rounds * 60_000
}
