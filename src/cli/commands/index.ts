import { defineCommand, type CommandDef } from 'citty'
import { version } from '../command-line/package.ts'
import { command } from '../command-line/called-as.ts'

/** Each is loaded once it is asked for: together they bring along what takes longer than most of them run. */
export const commands = {
  start: lazy(() => import('./start.ts')),
  stop: lazy(() => import('./stop.ts')),
  restart: lazy(() => import('./restart.ts')),
  status: lazy(() => import('./status.ts')),
  logs: lazy(() => import('./logs.ts')),
  service: lazy(() => import('./service.ts')),
  ask: lazy(() => import('./ask.ts')),
  chat: lazy(() => import('./chat.ts')),
  conversations: lazy(() => import('./conversations.ts')),
  templates: lazy(() => import('./templates.ts')),
  models: lazy(() => import('./models.ts')),
  usage: lazy(() => import('./usage.ts')),
  key: lazy(() => import('./key.ts')),
  provider: lazy(() => import('./provider.ts')),
  config: lazy(() => import('./config.ts')),
  doctor: lazy(() => import('./doctor.ts')),
  connect: lazy(() => import('./connect.ts')),
  completion: lazy(() => import('./completion.ts')),
  ready: lazy(() => import('./ready.ts')),
  open: lazy(() => import('./open.ts')),
}

/** The program itself. It only serves help: `run.ts` chooses the command. */
export const root: CommandDef = defineCommand({
  meta: { name: command, version, description: 'An OpenAI-compatible endpoint for the models your opencode can use' },
  subCommands: commands,
})

/** @returns what loads the command of a module, whatever its options are */
function lazy(load: () => Promise<{ default: CommandDef<any> }>): () => Promise<CommandDef> {
  return async () => (await load()).default as CommandDef
}
