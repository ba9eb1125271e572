import type { ArgsDef } from 'citty'
import { repeatable } from '../command-line/repeatable.ts'
import { commonArgs } from '../command-line/settings.ts'

/** The options of `ask`. */
export const askArgs = {
  prompt: { type: 'positional', required: false, description: 'The prompt; put -- before one that begins with a dash' },
  model: { type: 'string', alias: 'm', description: 'Model id, else that of the conversation or the template, else the default', valueHint: 'id' },
  system: { type: 'string', alias: 's', description: 'System prompt', valueHint: 'text' },
  file: repeatable({
    alias: 'f',
    description: 'Attach a file: text, image, PDF or sound; a pattern ("src/**/*.ts"), - for stdin, or a URL where allowRemoteFiles is set; repeatable',
    valueHint: 'path',
  }),
  template: { type: 'string', alias: 't', description: 'Use a prompt of your own; see `templates`', valueHint: 'name' },
  param: repeatable({ alias: 'p', description: 'With -t: the value of a variable; repeatable', valueHint: 'name=value' }),
  schema: { type: 'string', description: 'Answer in JSON of this schema: a file, JSON, or the short form "name, age int"', valueHint: 'schema' },
  option: repeatable({ alias: 'o', description: 'Any parameter of Chat Completions, as JSON or text; repeatable', valueHint: 'key=value' }),
  temperature: { type: 'string', description: '0 to 2', valueHint: 'n' },
  'max-tokens': { type: 'string', description: 'Tokens of the answer at most, thinking among them', valueHint: 'n' },
  effort: { type: 'string', description: 'How much to think: minimal, low, medium, high, or what the model has', valueHint: 'level' },
  'cost-limit': {
    type: 'string',
    description: 'USD of the answer at most, by the known price and an estimate of the prompt; unknown prices are refused',
    valueHint: 'usd',
  },
  continue: {
    type: 'boolean',
    alias: 'c',
    description:
      'Go on with the last conversation of -c, and its model; it is kept on disk, prompts and answers, in ~/.local/state/opencode-bridge/conversations',
  },
  session: { type: 'string', description: 'With -c: the name of the conversation', valueHint: 'name' },
  new: { type: 'boolean', description: 'With -c: begin it anew' },
  extract: { type: 'boolean', alias: 'x', description: 'Print the first block of code of the answer alone' },
  usage: { type: 'boolean', alias: 'u', description: 'Tell tokens, cost and time on stderr' },
  json: { type: 'boolean', description: 'Print the whole response as JSON' },
  stdin: {
    type: 'boolean',
    default: true,
    description: 'Add what is piped in to the prompt; an image or a PDF is attached',
    negativeDescription: 'Leave stdin alone, also where it is a pipe',
  },
  markdown: {
    type: 'boolean',
    default: true,
    description: 'On a terminal: show Markdown as it is meant',
    negativeDescription: 'Show the answer as it is written; a pipe always gets that',
  },
  stream: { type: 'boolean', default: true, description: 'Print tokens as they come', negativeDescription: 'Print the answer when it is complete' },
  ...commonArgs,
} satisfies ArgsDef
