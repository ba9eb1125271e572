import { defineCommand } from 'citty'
import { asksForDemo, isDemo, refuseDemo } from '../ask/demo-guard.ts'
import { ChatConversation } from '../chat/conversation.ts'
import { HistoryFile } from '../chat/history-file.ts'
import { runChat } from '../chat/run-chat.ts'
import { command } from '../command-line/called-as.ts'
import { endSignals, type ExitCode } from '../command-line/exit-codes.ts'
import { usageError } from '../command-line/failure.ts'
import { commonArgs, loadSettings } from '../command-line/settings.ts'
import { ConversationFile, type KeptConversation } from '../conversations/conversation-file.ts'
import type { AnswerHead } from '../daemon/chat-api.ts'
import { withDaemon } from '../daemon/connect.ts'
import { count } from '../terminal/format.ts'
import { interruptible } from '../terminal/interrupts.ts'
import { note } from '../terminal/output.ts'

export default defineCommand({
  meta: { name: 'chat', description: 'Talk to a model, line by line; /help lists its commands' },
  args: {
    model: { type: 'string', alias: 'm', description: 'Model id, else that of the conversation, else the default', valueHint: 'id' },
    system: { type: 'string', alias: 's', description: 'System prompt', valueHint: 'text' },
    continue: {
      type: 'boolean',
      alias: 'c',
      description: 'Go on with the last conversation of -c, and its model; it is kept on disk, as with `ask -c`',
    },
    session: { type: 'string', description: 'With -c: the name of the conversation', valueHint: 'name' },
    new: { type: 'boolean', description: 'With -c: begin it anew' },
    history: {
      type: 'boolean',
      default: true,
      description: 'Keep what is typed for other chats, in ~/.local/state/opencode-bridge/chat-history.jsonl; not what begins with a blank',
      negativeDescription: 'Keep nothing of what is typed, and see nothing of it',
    },
    markdown: {
      type: 'boolean',
      default: true,
      description: 'On a terminal: show Markdown as it is meant',
      negativeDescription: 'Show answers as they are written; a pipe always gets that',
    },
    ...commonArgs,
  },
  async run({ args }): Promise<ExitCode> {
    if (!args.continue && (args.session !== undefined || args.new)) throw usageError('--session and --new need -c', `${command} chat -c --session holiday`)
    const settings = await loadSettings(args)
    const file = args.continue ? new ConversationFile(process.env, args.session) : undefined
    const earlier: KeptConversation = args.new ? { messages: [] } : (file?.read() ?? { messages: [] })
    const conversation = new ChatConversation({ model: args.model ?? earlier.model, system: args.system, earlier: earlier.messages })
    const history = args.history ? new HistoryFile(process.env) : undefined
    let told = false
    const onHead = ({ model }: AnswerHead) => {
      const wanted = asksForDemo(conversation.model, settings.config)
      if (!wanted) refuseDemo(model, process.stdout.isTTY)
      if (!isDemo(model)) conversation.model ??= file && model
      else if (!wanted && !told) {
        told = true
        note(`This is the demo model: no provider is connected. ${command} doctor says what to do.`)
      }
    }
    const talk = (signal: AbortSignal) =>
      withDaemon(settings, 1, async ({ client }) => {
        if (earlier.messages.length > 0) note(`This goes on after ${count(earlier.messages.filter(({ role }) => role === 'user').length, 'question')}.`)
        return runChat({ client, conversation, file, history, markdown: args.markdown, verbose: settings.config.verbose, onHead, signal })
      })
    // Ctrl-C is the chat's own.
    return interruptible(
      talk,
      endSignals.filter((name) => name !== 'SIGINT'),
    )
  },
})
