import { defineCommand } from 'citty'
import { nearest } from '../../config/nearest.ts'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { usageError } from '../command-line/failure.ts'
import { print } from '../terminal/output.ts'
import { commonArgs } from '../command-line/settings.ts'
import { type ActionOptions, actions } from '../provider/actions.ts'

export default defineCommand({
  meta: { name: 'provider', description: 'List, test, add or remove providers of your own: model servers, gateways' },
  args: {
    action: { type: 'positional', required: false, description: `One of ${Object.keys(actions).join(', ')}` },
    name: { type: 'positional', required: false, description: 'Name of the provider' },
    kind: {
      type: 'string',
      description: 'Of a new one: openai, openai_responses, anthropic, gemini, azure_openai, opencode-zen, opencode-go',
      valueHint: 'kind',
    },
    'base-url': { type: 'string', description: 'Address of a new one', valueHint: 'url' },
    'key-env': { type: 'string', description: 'The variable that holds the key of a new one', valueHint: 'name' },
    'key-file': { type: 'string', description: 'The file that holds it', valueHint: 'path' },
    model: { type: 'string', alias: 'm', description: 'Default model of a new one; the model that a test asks', valueHint: 'id' },
    write: { type: 'boolean', description: 'Write the block into your configuration, which is kept in <file>.ocb-backup' },
    json: { type: 'boolean', description: 'Print JSON' },
    ...commonArgs,
  },
  async run({ args }): Promise<ExitCode> {
    const [action, name, ...more] = args._
    if (more.length > 0) throw usageError(`unexpected argument "${more[0]}"`)
    if (action === undefined) {
      await print(`${Object.keys(actions).join('\n')}\n`)
      return exitCodes.ok
    }
    if (!Object.hasOwn(actions, action)) {
      const meant = nearest(action, Object.keys(actions))
      throw usageError(`provider has no action "${action}"${meant ? `; did you mean ${meant}?` : ''}`)
    }
    return actions[action as keyof typeof actions](name, args as ActionOptions)
  },
})
