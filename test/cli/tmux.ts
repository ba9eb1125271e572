import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect } from 'vitest'
import type { Sandbox } from './sandbox.ts'

const bin = fileURLToPath(new URL('../../bin/opencode-bridge.js', import.meta.url))

/** Debian has it as a package; `.ci/run` installs it. */
export const hasTmux = spawnSync('tmux', ['-V']).status === 0

export interface TerminalOptions {
  env?: Record<string, string>
  /** What the shell runs it in, around `%`: a pipe. */
  within?: string
}

/** A terminal of 80 columns and 24 lines, in which a person types. */
export class Terminal {
  /** In the sandbox's home, with which it goes. */
  readonly #socket: string
  readonly #env: NodeJS.ProcessEnv

  constructor(box: Sandbox, args: readonly string[], { env = {}, within = '%' }: TerminalOptions = {}) {
    this.#socket = join(box.home, `tmux-${randomUUID().slice(0, 8)}`)
    this.#env = { ...box.env, TERM: 'xterm-256color', LANG: 'C.UTF-8', ...env }
    const command = within.replace('%', [process.execPath, bin, ...args].map((word) => `'${word}'`).join(' '))
    this.#tmux(['-f', '/dev/null', 'new-session', '-d', '-x', '80', '-y', '24', '-c', box.cwd, `${command}; echo "ended with $?"; sleep 600`])
  }

  /** Presses keys by tmux's names: `Enter`, `C-c`, `Up`. */
  press(...keys: string[]): void {
    this.#tmux(['send-keys', ...keys])
  }

  type(text: string): void {
    this.#tmux(['send-keys', '-l', text])
  }

  /** As with the mouse: bracketed where the program has asked for that. */
  paste(text: string): void {
    this.#tmux(['load-buffer', '-'], text)
    this.#tmux(['paste-buffer', '-p'])
  }

  /** What stands on it, with what has gone off its top. */
  screen(): string {
    return this.#tmux(['capture-pane', '-p', '-S', '-100']).trimEnd()
  }

  /** The same with the colours. */
  styledScreen(): string {
    return this.#tmux(['capture-pane', '-p', '-e', '-S', '-100']).trimEnd()
  }

  /** Waits for something to stand there. */
  async shows(text: string | RegExp): Promise<void> {
    await expect
      .poll(() => this.screen(), { timeout: 30_000 })
      .toMatch(typeof text === 'string' ? new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')) : text)
  }

  close(): void {
    spawnSync('tmux', ['-S', this.#socket, 'kill-server'], { env: this.#env })
  }

  #tmux(args: string[], input?: string): string {
    const { status, stdout, stderr } = spawnSync('tmux', ['-S', this.#socket, ...args], {
      env: this.#env,
      encoding: 'utf8',
      ...(input !== undefined && { input }),
    })
    if (status !== 0) throw new Error(`tmux ${args[0]}: ${stderr}`)
    return stdout
  }
}

/** Opens terminals for the tests of a file, and closes those of each test after it. */
export function useTerminals(): (box: Sandbox, args: readonly string[], options?: TerminalOptions) => Terminal {
  const open: Terminal[] = []
  afterEach(() => {
    for (const terminal of open.splice(0)) terminal.close()
  })
  return (...args) => {
    const terminal = new Terminal(...args)
    open.push(terminal)
    return terminal
  }
}
