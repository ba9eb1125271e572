import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { locateOpencode } from '../../../src/opencode/binary.ts'
import { isolatedEnv } from '../bridge.ts'
import { catalogueEnv } from '../catalogue.ts'
import { opencodeConfig, writeLogin } from './opencode-config.ts'
import type { StrictProvider } from './provider.ts'
import type { CallChooser } from './scripts.ts'

export interface OpencodeRun {
  exitCode: number | undefined
  /** The text that opencode printed for its user at last. */
  text: string
  /** What its own tools gave, in the order of the calls. */
  results: string[]
  /** All that it printed: NDJSON, and what went wrong. */
  stdout: string
  stderr: string
}

export interface RunOptions {
  variant?: string
  /** What the user says next in the same session. */
  next?: string
  /** Whether the access token of ChatGPT has run out. */
  expired?: boolean
}

/** What the folder of a run holds: the calls of `readCall` find it there. */
const FILES: Record<string, string> = Object.fromEntries(['a', 'b', 'c'].map((name) => [`${name}.txt`, `${name} holds ${randomUUID()}`]))

/** A call of opencode's own `read` for the calls of a loop. */
export const readCall: CallChooser = (_, index) => ({ type: 'call', name: 'read', arguments: { filePath: Object.keys(FILES)[index] } })

/** Nothing beside the loop: one tool, no snapshots, no sharing. */
const CALM = { share: 'disabled', autoupdate: false, snapshot: false, permission: { '*': 'deny', read: 'allow', doom_loop: 'allow' } }

/** Plain `opencode run` against the server, without any of ours: an empty home, a folder of three files, one built-in tool. */
export async function runOpencode(provider: StrictProvider, model: string, { variant, next, expired = false }: RunOptions = {}): Promise<OpencodeRun> {
  const home = mkdtempSync(join(tmpdir(), 'strict-opencode-'))
  const cwd = join(home, 'work')
  mkdirSync(cwd)
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(cwd, name), text)
  const setup = opencodeConfig(provider, { expired })
  // Its own providers need its catalogue, which takes half of its start; with a login and without one it does not start.
  const ownProvider = !model.startsWith('strict-')
  if (ownProvider) writeLogin(home, setup)
  const { path } = await locateOpencode({ env: {} })
  const env = {
    ...isolatedEnv(home),
    ...provider.proxyEnv(home),
    PWD: cwd,
    OPENCODE_CONFIG_CONTENT: JSON.stringify({ ...JSON.parse(setup.config), ...CALM }),
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    // opencode asks the registry for its plugin package, which the proxy refuses.
    npm_config_fetch_retries: '0',
    ...catalogueEnv(ownProvider ? 'whole' : 'none', home),
  }
  const say = (prompt: string, more: string[]) =>
    execa(path, ['run', '--model', model, '--format', 'json', ...(variant === undefined ? [] : ['--variant', variant]), ...more, prompt], {
      cwd,
      env,
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      timeout: 180_000,
    })
  try {
    const first = await say('Go', ['--title', 'strict'])
    return read(next === undefined || first.exitCode !== 0 ? first : await say(next, ['--continue']))
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

function read({ exitCode, stdout, stderr }: { exitCode?: number | undefined; stdout: string; stderr: string }): OpencodeRun {
  const events = stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))
  return {
    exitCode,
    text: events.flatMap(({ type, part }) => (type === 'text' ? [part.text as string] : [])).at(-1) ?? '',
    results: events.flatMap(({ type, part }) => (type === 'tool_use' ? [part.state.output as string] : [])),
    stdout,
    stderr,
  }
}
