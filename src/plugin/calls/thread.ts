import { createReadStream } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { type Command, type ModelRef, parseCommand, type RequestBytes } from '../contract.ts'
import { LineReader } from '../line-reader.ts'
import { joinOutput, send } from '../output.ts'
import { Forms } from './forms.ts'
import { OpencodeThread } from './opencode-thread.ts'
import { type CallCommand, ProviderCall } from './provider-call.ts'
import { rehearse } from './rehearsal.ts'
import type { CallRecipe, ThreadStart } from './thread-protocol.ts'

/**
 * The entry of the thread that has the daemon's commands and calls providers. opencode's own thread has a heap of hundreds
 * of megabytes, which Bun marks after nearly every piece of an answer (20 ms each time on opencode 1.18, Bun 1.3); here it
 * is small. What belongs to sessions is handed on.
 */
const { commands, outputLock, warmModel, learns } = workerData as ThreadStart
joinOutput(outputLock)
const opencode = new OpencodeThread(parentPort!)
const forms = new Forms({
  learn: (model, generation) => opencode.learn(model, generation),
  onLeave: (generation) => opencode.tell({ type: 'leave', generation }),
  onChange: (learned) => send({ type: 'forms', forms: [learned] }),
})
const ways = { forms, fetchOf: (recipe: CallRecipe) => opencode.fetchOf(recipe) }
const calls = new Map<string, ProviderCall>()
/** What has come of the bodies of calls whose command has not come yet. */
const bodies = new Map<string, Uint8Array[]>()

listen()
if (warmModel !== undefined) void begin(warmModel)

/** Learns how the model is called that will most likely be asked for. */
async function begin(model: ModelRef): Promise<void> {
  if (!learns) return opencode.tell({ type: 'begun', forms: [], model })
  const [{ told }] = await Promise.all([forms.get(model), rehearse()])
  opencode.tell({ type: 'begun', forms: [told], model })
}

/** Reads until the descriptor is closed, which is how a daemon that died says so. */
function listen(): void {
  const lines = new LineReader()
  const source = createReadStream('', { fd: commands })
  source.on('data', (chunk: string | Buffer) => {
    for (const read of lines.push(chunk as Buffer)) {
      if (typeof read !== 'string') keep(read)
      else take(parseCommand(read))
    }
  })
  source.on('end', () => opencode.tell({ type: 'closed' }))
}

function keep({ request, bytes }: RequestBytes): void {
  const body = bodies.get(request)
  if (body) body.push(bytes)
  else bodies.set(request, [bytes])
}

function take(command: Command | undefined): void {
  switch (command?.type) {
    case 'warm':
      return void begin(command.model)
    case 'learn':
      return void learn(command.id, command.model)
    case 'call':
      return void call(command)
    case 'credit':
      return calls.get(command.id)?.credit(command.bytes)
    case 'abort': {
      const running = calls.get(command.id)
      if (running) return running.abort()
      return opencode.tell({ type: 'command', command })
    }
    case 'request':
    case 'ping':
      return opencode.tell({ type: 'command', command })
  }
}

async function learn(id: string, model: ModelRef): Promise<void> {
  const { told } = await forms.get(model)
  send({ request: id, type: 'form', ...told })
  send({ request: id, type: 'done' })
}

async function call(command: CallCommand): Promise<void> {
  const body = Buffer.concat(bodies.get(command.id) ?? []).toString('utf8')
  bodies.delete(command.id)
  const providerCall = new ProviderCall(command, body, ways)
  calls.set(command.id, providerCall)
  await providerCall.run()
  calls.delete(command.id)
}
