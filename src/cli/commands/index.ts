import { defineCommand, type CommandDef } from 'citty'
import { version } from '../command-line/package.ts'
import ask from './ask.ts'
import chat from './chat.ts'
import completion from './completion.ts'
import config from './config.ts'
import conversations from './conversations.ts'
import connect from './connect.ts'
import doctor from './doctor.ts'
import key from './key.ts'
import logs from './logs.ts'
import models from './models.ts'
import open from './open.ts'
import provider from './provider.ts'
import ready from './ready.ts'
import restart from './restart.ts'
import service from './service.ts'
import start from './start.ts'
import status from './status.ts'
import stop from './stop.ts'
import templates from './templates.ts'
import usage from './usage.ts'
import { command } from '../command-line/called-as.ts'

export const commands = {
  start,
  stop,
  restart,
  status,
  logs,
  service,
  ask,
  chat,
  conversations,
  templates,
  models,
  usage,
  key,
  provider,
  config,
  doctor,
  connect,
  completion,
  ready,
  open,
}

/** The program itself. It only serves help: `run.ts` chooses the command. */
export const root: CommandDef = defineCommand({
  meta: { name: command, version, description: 'An OpenAI-compatible endpoint for the models your opencode can use' },
  subCommands: commands,
})
