import { aichat } from './aichat.ts'
import { aider } from './aider.ts'
import { anyTool } from './any-tool.ts'
import { claude } from './claude.ts'
import { cline } from './cline.ts'
import { codex } from './codex.ts'
import type { Connector } from './connector.ts'
import { continueDev } from './continue.ts'
import { copilot } from './copilot.ts'
import { cursor } from './cursor.ts'
import { homeAssistant, jetbrains, n8n, obsidian } from './dialogs.ts'
import { env } from './env.ts'
import { gemini } from './gemini.ts'
import { goose } from './goose.ts'
import { kilo } from './kilo.ts'
import { langchain } from './langchain.ts'
import { librechat } from './librechat.ts'
import { llm } from './llm.ts'
import { opencode } from './opencode.ts'
import { openWebui } from './open-webui.ts'
import { pi } from './pi.ts'
import { qwen } from './qwen.ts'
import { vscode } from './vscode.ts'
import { zed } from './zed.ts'

/** The tools that can be pointed at the bridge, by the names that `connect` takes. */
export const connectors: Record<string, Connector> = {
  codex,
  claude,
  gemini,
  opencode,
  qwen,
  copilot,
  pi,
  kilo,
  cline,
  aider,
  goose,
  continue: continueDev,
  vscode,
  zed,
  cursor,
  jetbrains,
  obsidian,
  'open-webui': openWebui,
  librechat,
  n8n,
  'home-assistant': homeAssistant,
  llm,
  aichat,
  langchain,
  env,
  any: anyTool,
}
