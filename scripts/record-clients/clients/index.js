import * as aiSdk5 from './ai-sdk-5.js'
import * as aiSdk6 from './ai-sdk-6.js'
import * as anthropicSdk from './anthropic-sdk.js'
import * as claudeCode from './claude-code.js'
import * as codex from './codex.js'
import * as continueCli from './continue-cli.js'
import * as curl from './curl.js'
import * as geminiCli from './gemini-cli.js'
import * as googleGenai from './google-genai.js'
import * as grokCli from './grok-cli.js'
import * as langchain from './langchain.js'
import * as openaiAgents from './openai-agents.js'
import * as openaiSdk from './openai-sdk.js'
import * as opencode from './opencode.js'
import * as pi from './pi.js'
import * as qwenCode from './qwen-code.js'

/**
 * @typedef {object} Context
 * @property {string} url of the recording provider, without a path
 * @property {Awaited<ReturnType<typeof import('../recorder.js').startRecorder>>} recorder
 * @property {ReturnType<typeof import('../home.js').createHome>} home for agents
 * @property {import('../install.js').Installed} installed
 * @property {(name: string, act: () => unknown, options?: Partial<import('../recorder.js').Script> & { pick?: Pick }) => Promise<void>} keep
 *   keeps what is sent while `act` runs, as fixtures `name`, `name-2`, …; what the client says against the answer is
 *   reported and does not matter
 *
 * @callback Pick those of all recordings that say what the others do not; by default all
 * @param {import('../recorder.js').Recording[]} recordings
 * @returns {import('../recorder.js').Recording[]}
 *
 * @typedef {object} ClientModule
 * @property {string} client the folder of its fixtures
 * @property {string[]} packages the first one is the client; none for one that the repository has
 * @property {(context: Context) => Promise<string | void>} record returns the client's version where no package tells it
 */

/** @type {ClientModule[]} */
export const clients = [
  openaiSdk,
  anthropicSdk,
  googleGenai,
  aiSdk5,
  aiSdk6,
  langchain,
  claudeCode,
  codex,
  opencode,
  geminiCli,
  qwenCode,
  pi,
  continueCli,
  grokCli,
  openaiAgents,
  curl,
]
