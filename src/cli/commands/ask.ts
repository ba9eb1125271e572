import { defineCommand } from 'citty'
import type { ChatRequest, Client } from '../client.ts'
import { withDaemon } from '../connect.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { usageError } from '../failure.ts'
import { interruptible } from '../interrupts.ts'
import { note, print, printJson } from '../output.ts'
import { combinePrompt, readPiped } from '../prompt-text.ts'
import { commonArgs, loadSettings } from '../settings.ts'
import { startSpinner } from '../spinner.ts'

export default defineCommand({
  meta: { name: 'ask', description: 'Ask a model; what is piped in is added to the prompt' },
  args: {
    prompt: { type: 'positional', required: false, description: 'The prompt; put -- before one that begins with a dash' },
    model: { type: 'string', alias: 'm', description: 'Model id, else the default', valueHint: 'id' },
    system: { type: 'string', alias: 's', description: 'System prompt', valueHint: 'text' },
    json: { type: 'boolean', description: 'Print the whole response as JSON' },
    stream: { type: 'boolean', default: true, description: 'Print tokens as they come', negativeDescription: 'Print the answer when it is complete' },
    ...commonArgs,
  },
  async run({ args }): Promise<ExitCode> {
    const settings = await loadSettings(args)
    return interruptible(async (signal) => {
      const prompt = combinePrompt(args._, await readPiped(process.stdin, signal))
      if (prompt === undefined) throw usageError('the prompt is empty', 'ocb ask "why is the sky blue?"')
      const request: ChatRequest = {
        ...(args.model !== undefined && { model: args.model }),
        messages: [...(args.system ? [{ role: 'system', content: args.system } as const] : []), { role: 'user', content: prompt }],
      }

      const stopSpinner = startSpinner('thinking')
      try {
        await withDaemon(settings, 1, async ({ client, demo }) => {
          if (args.json) await printJson(await client.chat(request, signal).finally(stopSpinner))
          else if (args.stream) await printStream(client, request, signal, stopSpinner)
          else await printWhole(client, request, signal, stopSpinner)
          if (demo) note('This was the demo model: no provider is connected. ocb doctor says what to do.')
        })
      } finally {
        stopSpinner()
      }
      return exitCodes.ok
    })
  },
})

async function printStream(client: Client, request: ChatRequest, signal: AbortSignal, onFirst: () => void): Promise<void> {
  const answer = client.streamChat(request, signal)
  let last = ''
  try {
    for (;;) {
      const { value, done } = await answer.next()
      onFirst()
      if (done) {
        noteEnd(value)
        return
      }
      await print(value, signal)
      last = value
    }
  } finally {
    // Also after an error: what was printed is a line, and the error follows on stderr.
    if (last !== '' && !last.endsWith('\n') && !signal.aborted) await print('\n', signal)
  }
}

async function printWhole(client: Client, request: ChatRequest, signal: AbortSignal, onFirst: () => void): Promise<void> {
  const { choices } = await client.chat(request, signal).finally(onFirst)
  const text = choices[0]?.message.content ?? ''
  await print(text === '' || text.endsWith('\n') ? text : `${text}\n`, signal)
  noteEnd(choices[0]?.finish_reason ?? '')
}

function noteEnd(reason: string): void {
  if (reason === 'length') note('The answer was cut off at the limit of its length.')
  if (reason === 'content_filter') note("The answer was cut off by the provider's content filter.")
}
