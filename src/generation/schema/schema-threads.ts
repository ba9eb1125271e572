import { setImmediate as nextTurn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { BridgeError } from '../../core/errors.ts'
import { type Question, READY, type Verdict } from './thread-protocol.ts'

export interface ThreadLimits {
  /** Milliseconds for one question. */
  deadline: number
  /** Of a thread's heap. */
  maxMegabytes: number
  /** How many there may be; one stays for the next question. */
  maxThreads: number
}

/** The largest schema within the bounds takes a second to compile, and several on a busy machine. */
const DEFAULTS: ThreadLimits = { deadline: 5_000, maxMegabytes: 256, maxThreads: 2 }

/** Milliseconds for a thread to load what it needs, on a busy machine. */
const START_TIMEOUT = 30_000

/** Tests run the sources, which a thread of this Node cannot; they build before. */
const THREAD = new URL(import.meta.url.endsWith('.ts') ? '../../../dist/generation/schema/thread.js' : './thread.js', import.meta.url)

/** A question that was given up. */
export class SchemaTooCostly extends Error {
  override readonly name = 'SchemaTooCostly'
}

/**
 * Runs schemas of strangers in threads of their own, where they can take neither the daemon's time nor its memory: a
 * thread that does not answer in time, or takes too much, is ended, and only its question with it.
 */
export class SchemaThreads {
  readonly #limits: ThreadLimits
  /** Threads that wait for a question. */
  readonly #idle: Worker[] = []
  readonly #waiting: (() => void)[] = []
  #busy = 0

  constructor(limits: Partial<ThreadLimits> = {}) {
    this.#limits = { ...DEFAULTS, ...limits }
  }

  /** @throws SchemaTooCostly when it was given up; Error when no thread starts */
  async ask(question: Question): Promise<Verdict> {
    // Those that wait here are no more than the requests that run at a time.
    while (this.#busy >= this.#limits.maxThreads) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#busy++
    try {
      const thread = this.#idle.pop() ?? (await this.#start())
      const verdict = await this.#askThread(thread, question)
      if (this.#idle.length === 0) this.#idle.push(thread)
      else void thread.terminate()
      return verdict
    } finally {
      this.#busy--
      this.#waiting.shift()?.()
    }
  }

  async #start(): Promise<Worker> {
    const thread = createThread(this.#limits.maxMegabytes)
    // A thread that waits holds up no exit.
    thread.unref()
    // One that dies while it waits is missed by the next question; without a listener it would end the daemon.
    thread.on('error', () => this.#forget(thread))
    try {
      await answerOf(thread, START_TIMEOUT, (message) => message === READY)
      return thread
    } catch (error) {
      await thread.terminate()
      throw new Error('The thread for schemas did not start.', { cause: error })
    }
  }

  async #askThread(thread: Worker, question: Question): Promise<Verdict> {
    try {
      // A window's needs an origin, a thread's has none.
      // oxlint-disable-next-line unicorn/require-post-message-target-origin
      thread.postMessage(question)
      return (await answerOf(thread, this.#limits.deadline, () => true)) as Verdict
    } catch (error) {
      await thread.terminate()
      throw error
    }
  }

  #forget(thread: Worker): void {
    const index = this.#idle.indexOf(thread)
    if (index !== -1) this.#idle.splice(index, 1)
  }
}

/** @throws BridgeError 503 where the system has no means for one */
function createThread(maxMegabytes: number): Worker {
  try {
    return new Worker(THREAD, { env: {}, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: maxMegabytes, maxYoungGenerationSizeMb: 32 } })
  } catch (error) {
    throw new BridgeError('The bridge cannot check a schema at the moment: the system starts no thread.', {
      code: 'system_fault',
      status: 503,
      retryAfter: 1000,
      cause: error,
    })
  }
}

/** The next message of a thread. @throws SchemaTooCostly when it does not come in time, or the thread ends */
function answerOf(thread: Worker, deadline: number, isAnswer: (message: unknown) => boolean): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(async () => {
      // Where the daemon itself was held up, the answer is there, and read in the next turn.
      await nextTurn()
      settle(() => reject(new SchemaTooCostly(`took longer than ${deadline} ms`)))
    }, deadline)
    const onMessage = (message: unknown) => {
      if (isAnswer(message)) settle(() => resolve(message))
    }
    const onError = (error: NodeJS.ErrnoException) =>
      settle(() => reject(new SchemaTooCostly(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'took too much memory' : `failed: ${error.message}`)))
    const onExit = () => settle(() => reject(new SchemaTooCostly('was ended')))
    thread.on('message', onMessage)
    thread.on('error', onError)
    thread.on('exit', onExit)

    function settle(act: () => void): void {
      clearTimeout(timer)
      thread.off('message', onMessage)
      thread.off('error', onError)
      thread.off('exit', onExit)
      act()
    }
  })
}
