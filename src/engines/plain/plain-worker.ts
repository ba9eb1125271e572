import { BridgeError } from '../../core/errors.ts'
import { BARE_AGENT } from '../../opencode/environment.ts'
import { flattenPrompt } from '../../opencode/flatten.ts'
import type { Installation } from '../../opencode/installation.ts'
import { unansweredCall } from '../../opencode/log-line.ts'
import { parsePlainLine } from '../../opencode/plain-output.ts'
import type { OpencodeProcess, ProcessExit } from '../../opencode/process.ts'
import { type Envelope, modelIdOf } from '../../plugin/contract.ts'
import { FrameQueue } from '../frame-queue.ts'
import type { Worker } from '../worker.ts'

/** opencode pauses 2 s before its second attempt, twice as long before each other one, and makes six. No setting changes that. */
const MAX_RETRIES = 2
const FIRST_PAUSE = 2_000

/** The fallback for an opencode that our plugin does not fit: one whose process starts with its request. */
export class PlainWorker implements Worker {
  readonly ready = Promise.resolve()
  readonly exited: Promise<void>
  readonly #installation: Installation
  readonly #agent: string | undefined
  #process: OpencodeProcess | undefined
  #leave: () => void = () => {}

  constructor(installation: Installation, agent: string | undefined) {
    this.#installation = installation
    this.#agent = agent
    this.exited = new Promise((resolve) => {
      this.#leave = resolve
    })
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  get exit(): Promise<ProcessExit> {
    if (!this.#process) throw new Error('no process was started')
    return this.#process.exit
  }

  submit(envelope: Envelope): FrameQueue {
    const { model, retry } = envelope
    // First, because they refuse what cannot be carried.
    if (this.#agent !== undefined) throw unheldAgent(this.#agent)
    const text = flattenPrompt(envelope)
    const queue = new FrameQueue()
    const maxRetries = Math.min(retry.maxRetries, MAX_RETRIES)
    let attempts = 0
    let told = false
    this.#process = this.#installation.spawn({
      args: ['run', '--model', modelIdOf(model), '--title', '-', '--format', 'json', '--agent', BARE_AGENT, '--print-logs', '--log-level', 'ERROR'],
      onFrame: () => {},
      onLine: (line) => {
        const frame = parsePlainLine(line)
        if (frame) queue.push(frame)
        told ||= frame?.type === 'text' || frame?.type === 'reasoning'
        // Its exit is not waited for: where an answer ended without a reason, opencode asks for the next one for ever.
        if (frame?.type === 'step-finish' && frame.reason !== 'tool-calls') queue.push({ type: 'done' })
      },
      // An attempt that got an answer, if only an error, is told with its status, so opencode's last word is waited for.
      onNote: (line) => {
        const message = unansweredCall(line)
        if (message === undefined) return
        attempts++
        if (told || attempts > maxRetries) queue.push({ type: 'error', error: { name: 'APIError', message } })
        else queue.push({ type: 'retry', attempt: attempts, delay: FIRST_PAUSE * 2 ** (attempts - 1), message })
      },
    })
    void this.#process.exit.then(({ exitCode }) => {
      if (exitCode === 0) queue.push({ type: 'done' })
      queue.close()
      this.#leave()
    })
    this.#process.submit(text)
    return queue
  }

  async stop(): Promise<void> {
    await this.#process?.kill()
    this.#leave()
  }
}

/** Only our plugin keeps an agent to what it may do. */
function unheldAgent(agent: string): BridgeError {
  return new BridgeError(`The bridge runs in plain mode, where nothing would hold the agent ${agent} to agentPermissions. See \`opencode-bridge doctor\`.`, {
    code: 'opencode_unusable',
    status: 503,
  })
}
