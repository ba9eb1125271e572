import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { claude } from '../../src/connectors/claude.ts'
import { codex } from '../../src/connectors/codex.ts'
import { type Connector, KEY_VARIABLE } from '../../src/connectors/connector.ts'
import type { Result } from '../cli/sandbox.ts'
import { type StrictBridge, startStrictBridge } from '../support/strict/bridge.ts'
import { type Piece, type Script, thought } from '../support/strict/scripts.ts'
import { AgentHome } from './agent-home.ts'
import { useInstalled } from './use-installed.ts'

/**
 * Coding agents with thinking on, whose task takes three steps of a tool, on providers as strict as their vendors: of their
 * own format and of others. A token that is lost, changed or another's would end the task with a 400.
 */

const KEY = `bridge-key-${randomUUID()}`
const TASK = 'What does note.txt say?'
const STEPS = ['pwd', 'ls', 'cat note.txt']

/** How a command is run with the shells of the agents. */
const SHELLS: Record<string, (command: string) => Record<string, unknown>> = {
  exec_command: (cmd) => ({ cmd }),
  shell_command: (command) => ({ command }),
  shell: (command) => ({ command: command.split(' ') }),
  Bash: (command) => ({ command, description: 'Look at the note' }),
}

/** Thinks before each step, and says at last what the last one found. Agents ask for titles as well, without a shell. */
const work: Script = ({ step, results, tools }) => {
  const shell = tools.find(({ name }) => Object.hasOwn(SHELLS, name))
  if (!shell) return { pieces: [{ type: 'text', text: 'A note' }] }
  const command = STEPS[step]
  const next: Piece =
    command === undefined ? { type: 'text', text: `It says: ${results.at(-1)}` } : { type: 'call', name: shell.name, arguments: SHELLS[shell.name]!(command) }
  return { pieces: [thought(`Step ${step}`), next] }
}

const models = [
  'strict-anthropic/claude-sonnet-4-5-loop',
  'strict-anthropic-adaptive/claude-opus-4-8-loop',
  'strict-responses/gpt-5.5-loop',
  'strict-gemini/gemini-3-pro-loop',
  'strict-deepseek/deepseek-v4-loop',
]

let strict: StrictBridge

beforeAll(async () => {
  strict = await startStrictBridge({ apiKeys: [KEY], verbose: true })
  for (const model of models) strict.provider.script(model.slice(model.indexOf('/') + 1), work)
})
afterAll(() => strict?.close())

describe('codex exec, in the Responses format', () => {
  const installed = useInstalled('@openai/codex')

  test.each(models)('%s', async (model) => {
    const home = useHome()
    connect(home, codex, model)
    const effort = ['-c', 'model_reasoning_effort="high"', '-c', 'model_supports_reasoning_summaries=true']
    const quiet = ['-c', 'analytics.enabled=false', '-c', 'check_for_update_on_startup=false']
    expectDone(
      home,
      await home.run(installed().bin('codex'), ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', ...effort, ...quiet, TASK]),
    )
  })
})

describe('claude -p, in the Messages format', () => {
  const installed = useInstalled('@anthropic-ai/claude-code')

  test.each(models)('%s', async (model) => {
    const home = useHome({
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      DISABLE_ERROR_REPORTING: '1',
      MAX_THINKING_TOKENS: '4000',
    })
    connect(home, claude, model)
    expectDone(home, await home.run(installed().bin('claude'), ['-p', TASK, '--allowedTools', 'Bash']))
  })
})

function connect(home: AgentHome, connector: Connector, model: string): void {
  home.connect(connector, { url: strict.bridge.url, model })
}

/** The agent told what the note says, after three steps in which all that the model had thought came back to it. */
function expectDone(home: AgentHome, result: Result): void {
  const { provider, bridge } = strict
  const requests = bridge.logged.filter((line) => /^[A-Z]+ \//.test(line)).join('\n')
  expect(result, requests).toMatchObject({ code: 0, stdout: expect.stringContaining(home.note) })
  expect([provider.violations, provider.losses.filter(({ turn }) => turn === 'current')]).toEqual([[], []])
  const steps = provider.calls.filter(({ issued, body }) => issued.length > 0 && body.tools)
  expect(steps).toHaveLength(STEPS.length + 1)
  expect(steps.at(-1)!.returned).toEqual(steps.slice(0, -1).flatMap(({ issued }) => issued))
}

/** A home for an agent until the end of the test; what was recorded before is forgotten. */
function useHome(env: NodeJS.ProcessEnv = {}): AgentHome {
  strict.provider.reset()
  strict.bridge.logged.length = 0
  const home = new AgentHome({ [KEY_VARIABLE]: KEY, ...env })
  onTestFinished(() => home.dispose())
  return home
}
