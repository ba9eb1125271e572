import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PNG } from './samples.js'

const TIMEOUT = 120_000
/** Of what an agent printed, for errors. */
const PRINTED_LIMIT = 2000

/** Sends every call to another host to a port that nobody listens on, so that none is waited for. */
const OFFLINE = {
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  NO_PROXY: '127.0.0.1,localhost',
  DO_NOT_TRACK: '1',
  DISABLE_TELEMETRY: '1',
}

/**
 * An empty home for agents, with a folder to work in.
 * @param {string} root
 */
export function createHome(root) {
  const path = mkdtempSync(join(root, 'home-'))
  const cwd = join(path, 'project')
  mkdirSync(cwd)
  writeFileSync(join(cwd, 'note.txt'), 'The note says: remember the milk.\n')
  writeFileSync(join(cwd, 'pixel.png'), Buffer.from(PNG, 'base64'))
  const children = new Set()
  return {
    path,
    cwd,
    /** Writes a file of settings below the home. */
    write(file, content) {
      const target = join(path, file)
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content, undefined, 2))
    },
    /**
     * Runs an agent to its end.
     * @param {string} command
     * @param {string[]} args
     * @param {{ env?: Record<string, string>, input?: string }} [options]
     * @throws Error with what it printed when it failed
     */
    run(command, args, { env = {}, input = '' } = {}) {
      const child = spawn(command, args, {
        cwd,
        env: { PATH: process.env.PATH, HOME: path, TMPDIR: path, USER: 'dev', LOGNAME: 'dev', SHELL: '/bin/bash', TERM: 'dumb', PWD: cwd, ...OFFLINE, ...env },
        stdio: 'pipe',
        detached: true,
      })
      children.add(child)
      child.stdin.on('error', () => {})
      child.stdin.end(input)
      let printed = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed = (printed + chunk).slice(-PRINTED_LIMIT)))
      const timer = setTimeout(() => kill(child), TIMEOUT)
      return new Promise((resolve, reject) => {
        child.once('error', reject)
        child.once('close', (code, signal) => {
          clearTimeout(timer)
          kill(child)
          if (code === 0) resolve(printed)
          else reject(new Error(`${signal ?? `exit code ${code}`}: ${printed}`))
        })
      })
    },
    dispose: () => children.forEach(kill),
  }
}

/** With all that it has started. */
function kill(child) {
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // All of them have ended.
  }
}
