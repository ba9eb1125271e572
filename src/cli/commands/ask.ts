import { defineCommand } from 'citty'
import { askArgs } from '../ask/ask-args.ts'
import { type AskArgs, buildQuestion } from '../ask/build-question.ts'
import { affordableTokens } from '../ask/cost-limit.ts'
import { asksForDemo, isDemo, refuseDemo } from '../ask/demo-guard.ts'
import { readNumber } from '../ask/parameters.ts'
import { type Form, printAnswer } from '../ask/print-answer.ts'
import { readPiped } from '../ask/prompt-text.ts'
import { usageLine } from '../ask/spent.ts'
import { command } from '../command-line/called-as.ts'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { usageError } from '../command-line/failure.ts'
import { loadSettings } from '../command-line/settings.ts'
import { ConversationFile, type KeptConversation } from '../conversations/conversation-file.ts'
import type { AnswerHead, ChatRequest } from '../daemon/chat-api.ts'
import type { Client } from '../daemon/client.ts'
import { withDaemon } from '../daemon/connect.ts'
import type { Template } from '../templates/template.ts'
import { showsStyles } from '../terminal/answer-writer.ts'
import { interruptible } from '../terminal/interrupts.ts'
import { note, tell, warn } from '../terminal/output.ts'
import { Waiting } from '../terminal/waiting.ts'

export default defineCommand({
  meta: { name: 'ask', description: 'Ask a model; what is piped in is added to the prompt' },
  args: askArgs,
  async run({ args }): Promise<ExitCode> {
    checkTogether(args)
    const settings = await loadSettings(args)
    const template = args.template === undefined ? undefined : await readTemplate(args.template)
    const conversation = args.continue ? new ConversationFile(process.env, args.session) : undefined
    const earlier: KeptConversation = args.new ? { messages: [] } : (conversation?.read() ?? { messages: [] })
    const limit = args['cost-limit'] === undefined ? undefined : readNumber('cost-limit', args['cost-limit'], { min: 0 })
    return interruptible(async (signal) => {
      const request = await buildQuestion({ args, template, earlier, readStdin: () => readPiped(process.stdin, signal) })
      const demoWanted = asksForDemo(request.model, settings.config)
      const waiting = new Waiting('thinking')
      try {
        await withDaemon(settings, 1, async ({ client }) => {
          if (limit !== undefined) await boundCost(client, request, limit, signal)
          const started = Date.now()
          let answering: string | undefined
          const onHead = ({ model, ignored }: AnswerHead) => {
            if (!demoWanted) refuseDemo(model, process.stdout.isTTY)
            answering = model
            if (ignored.length > 0) warn(`without effect on ${model}: ${ignored.join(', ')}`)
          }
          // An answer in JSON is none in Markdown.
          const markdown = args.markdown && request.response_format === undefined && showsStyles(process.env)
          const { text, usage, first } = await printAnswer(formOf(args, template?.extract), { client, request, signal, waiting, markdown, onHead })
          const model = request.model ?? (isDemo(answering) ? undefined : answering)
          conversation?.write({ ...(model !== undefined && { model }), messages: [...request.messages, { role: 'assistant', content: text }] })
          if (args.usage) tell(usageLine(answering, usage, Date.now() - started, first))
          if (isDemo(answering) && !demoWanted) note(`This was the demo model: no provider is connected. ${command} doctor says what to do.`)
        })
      } finally {
        waiting.end()
      }
      return exitCodes.ok
    })
  },
})

async function readTemplate(name: string): Promise<Template> {
  const { TemplateFolder } = await import('../templates/template-folder.ts')
  return new TemplateFolder(process.env).read(name)
}

function checkTogether({ continue: goesOn, session, new: anew, param, template, json, extract }: AskArgs): void {
  if (!goesOn && (session !== undefined || anew)) throw usageError('--session and --new need -c', `${command} ask -c --session holiday "where to?"`)
  if (param !== undefined && template === undefined) throw usageError('-p needs -t', `${command} ask -t translate -p language=German`)
  if (json && extract) throw usageError('--json and --extract exclude each other')
}

function formOf({ json, extract, stream }: AskArgs, templateExtracts = false): Form {
  if (json) return 'json'
  if (extract ?? templateExtracts) return 'code'
  return stream ? 'stream' : 'whole'
}

/** Lets the answer have only as many tokens as a limit in USD pays for. */
async function boundCost(client: Client, request: ChatRequest, limit: number, signal: AbortSignal): Promise<void> {
  const affordable = affordableTokens(await client.model(request.model ?? 'default', signal), request.messages, limit)
  const wanted = request.max_completion_tokens ?? request.max_tokens
  if (affordable === undefined || (typeof wanted === 'number' && wanted <= affordable)) return
  delete request.max_tokens
  request.max_completion_tokens = affordable
}
