import { defineCommand } from 'citty'
import { printStream, printWhole } from '../chat/print-answer.ts'
import type { ChatMessage, ChatRequest, Client } from '../daemon/client.ts'
import { withDaemon } from '../daemon/connect.ts'
import { ConversationFile } from '../chat/conversation-file.ts'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { usageError } from '../command-line/failure.ts'
import { interruptible } from '../terminal/interrupts.ts'
import { note, printJson } from '../terminal/output.ts'
import { combinePrompt, readPiped } from '../chat/prompt-text.ts'
import { commonArgs, loadSettings } from '../command-line/settings.ts'
import { startSpinner } from '../terminal/spinner.ts'
import { command } from '../command-line/called-as.ts'

export default defineCommand({
  meta: { name: 'ask', description: 'Ask a model; what is piped in is added to the prompt' },
  args: {
    prompt: { type: 'positional', required: false, description: 'The prompt; put -- before one that begins with a dash' },
    model: { type: 'string', alias: 'm', description: 'Model id, else the default', valueHint: 'id' },
    system: { type: 'string', alias: 's', description: 'System prompt', valueHint: 'text' },
    continue: {
      type: 'boolean',
      alias: 'c',
      description: 'Go on with the last conversation of -c; it is kept on disk, prompts and answers, in ~/.local/state/opencode-bridge/conversations',
    },
    session: { type: 'string', description: 'With -c: the name of the conversation', valueHint: 'name' },
    new: { type: 'boolean', description: 'With -c: begin it anew' },
    json: { type: 'boolean', description: 'Print the whole response as JSON' },
    stdin: {
      type: 'boolean',
      default: true,
      description: 'Add what is piped in to the prompt',
      negativeDescription: 'Leave stdin alone, also where it is a pipe',
    },
    stream: { type: 'boolean', default: true, description: 'Print tokens as they come', negativeDescription: 'Print the answer when it is complete' },
    ...commonArgs,
  },
  async run({ args }): Promise<ExitCode> {
    if (!args.continue && (args.session !== undefined || args.new))
      throw usageError('--session and --new need -c', `${command} ask -c --session holiday "where to?"`)
    const settings = await loadSettings(args)
    const conversation = args.continue ? new ConversationFile(process.env, args.session) : undefined
    return interruptible(async (signal) => {
      const prompt = combinePrompt(args._, args.stdin ? await readPiped(process.stdin, signal) : '')
      if (prompt === undefined) throw usageError('the prompt is empty', `${command} ask "why is the sky blue?"`)
      const request: ChatRequest = {
        ...(args.model !== undefined && { model: args.model }),
        messages: [...withSystem(args.system, args.new ? [] : (conversation?.read() ?? [])), { role: 'user', content: prompt }],
      }

      const stopSpinner = startSpinner('thinking')
      try {
        await withDaemon(settings, 1, async ({ client, demo }) => {
          const answer = await printAnswer(args, client, request, signal, stopSpinner)
          conversation?.write([...request.messages, { role: 'assistant', content: answer }])
          if (demo) note(`This was the demo model: no provider is connected. ${command} doctor says what to do.`)
        })
      } finally {
        stopSpinner()
      }
      return exitCodes.ok
    })
  },
})

/** Prints an answer in the form that was asked for, and returns its text. */
async function printAnswer(
  { json, stream }: { json?: boolean | undefined; stream?: boolean | undefined },
  client: Client,
  request: ChatRequest,
  signal: AbortSignal,
  onFirst: () => void,
): Promise<string> {
  if (!json) return (stream ? printStream : printWhole)(client, request, signal, onFirst)
  const completion = await client.chat(request, signal).finally(onFirst)
  await printJson(completion)
  return completion.choices[0]?.message.content ?? ''
}

/** A new system prompt takes the place of the conversation's. */
function withSystem(system: string | undefined, earlier: ChatMessage[]): ChatMessage[] {
  return system ? [{ role: 'system', content: system }, ...earlier.filter(({ role }) => role !== 'system')] : earlier
}
