import { aichat } from './aichat.ts'
import { aider } from './aider.ts'
import { claude } from './claude.ts'
import { cline } from './cline.ts'
import { codex } from './codex.ts'
import type { Connector } from './connector.ts'
import { continueDev } from './continue.ts'
import { cursor } from './cursor.ts'
import { env } from './env.ts'
import { langchain } from './langchain.ts'
import { librechat } from './librechat.ts'
import { llm } from './llm.ts'
import { opencode } from './opencode.ts'
import { openWebui } from './open-webui.ts'
import { zed } from './zed.ts'

/** The tools that can be pointed at the bridge, by the names that `ocb connect` takes. */
export const connectors: Record<string, Connector> = {
  codex,
  claude,
  opencode,
  aider,
  cline,
  continue: continueDev,
  zed,
  cursor,
  'open-webui': openWebui,
  librechat,
  llm,
  aichat,
  langchain,
  env,
}
