import { defineCommand } from 'citty'
import { ChatConversation } from '../chat/conversation.ts'
import { runChat } from '../chat/run-chat.ts'
import { withDaemon } from '../daemon/connect.ts'
import { endSignals, type ExitCode } from '../command-line/exit-codes.ts'
import { interruptible } from '../terminal/interrupts.ts'
import { note } from '../terminal/output.ts'
import { commonArgs, loadSettings } from '../command-line/settings.ts'
import { command } from '../command-line/called-as.ts'

export default defineCommand({
  meta: { name: 'chat', description: 'Talk to a model, line by line; /help lists its commands' },
  args: {
    model: { type: 'string', alias: 'm', description: 'Model id, else the default', valueHint: 'id' },
    system: { type: 'string', alias: 's', description: 'System prompt', valueHint: 'text' },
    ...commonArgs,
  },
  async run({ args }): Promise<ExitCode> {
    const settings = await loadSettings(args)
    const conversation = new ChatConversation({ model: args.model, system: args.system })
    const talk = (signal: AbortSignal) =>
      withDaemon(settings, 1, async ({ client, demo }) => {
        if (demo) note(`This is the demo model: no provider is connected. ${command} doctor says what to do.`)
        return runChat({ client, conversation, verbose: settings.config.verbose, signal })
      })
    // Ctrl-C is the chat's own.
    return interruptible(
      talk,
      endSignals.filter((name) => name !== 'SIGINT'),
    )
  },
})
