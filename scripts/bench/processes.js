// Every process of a run, so that none outlives it.
import { spawn } from 'node:child_process'

/** Of what a process wrote to stderr, for error messages. */
const NOTES_LIMIT = 10_000
const STOP_TIMEOUT = 5000

/** @type {Set<Launched>} */
const running = new Set()

// Whatever ends the run, an uncaught error included.
process.once('exit', () => running.forEach(({ kill }) => kill('SIGKILL')))

/**
 * @typedef {object} Launched
 * @property {import('node:child_process').ChildProcess} child
 * @property {Promise<void>} exited never rejects
 * @property {(signal?: NodeJS.Signals) => void} kill ends its whole group; by default at once
 * @property {() => string} notes the end of what it wrote to stderr, and how it ended
 */

/**
 * Starts a process in a group of its own: Ctrl-C is the run's to handle, and children of the process go with it.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Launched}
 */
export function launch(command, args, options) {
  const child = spawn(command, args, { ...options, detached: true })
  let notes = ''
  child.stderr?.on('data', (chunk) => {
    notes = (notes + chunk).slice(-NOTES_LIMIT)
  })
  // A process that ends early does not read its input; its end says enough.
  child.stdin?.on('error', () => {})
  /** @type {Launched} */
  const launched = {
    child,
    exited: new Promise((resolve) => {
      child.once('close', resolve)
      child.once('error', resolve)
    }).then((error) => {
      if (error instanceof Error) notes += error.message
      running.delete(launched)
    }),
    kill: (signal = 'SIGKILL') => killGroup(child, signal),
    notes: () => [notes.trim(), ending(child)].filter(Boolean).join('\n'),
  }
  running.add(launched)
  return launched
}

/** Asks all that still run to end, and makes them end when they take too long. */
export async function stopAll() {
  const ended = Promise.all([...running].map(({ exited }) => exited))
  running.forEach(({ kill }) => kill('SIGTERM'))
  const timer = setTimeout(() => running.forEach(({ kill }) => kill('SIGKILL')), STOP_TIMEOUT)
  await ended
  clearTimeout(timer)
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function killGroup(child, signal) {
  if (child.pid === undefined) return
  try {
    // Windows has no process groups.
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal)
  } catch {
    // It is gone already.
  }
}

/** @param {import('node:child_process').ChildProcess} child */
function ending({ exitCode, signalCode }) {
  if (signalCode) return `ended by ${signalCode}`
  return exitCode === null ? '' : `exit code ${exitCode}`
}
