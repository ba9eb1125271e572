import { defineCommand } from 'citty'
import { visibleLine } from '../../core/visible-text.ts'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { usageError } from '../command-line/failure.ts'
import { command } from '../command-line/called-as.ts'
import { scripts, SUGGEST } from '../completion/scripts.ts'
import { print } from '../terminal/output.ts'

export default defineCommand({
  meta: { name: 'completion', description: 'Print what has a shell complete commands, options, models and keys: bash, zsh, fish, powershell' },
  args: {
    shell: { type: 'positional', required: false, description: `${Object.keys(scripts).join(', ')}; source <(${command} completion bash)` },
    current: { type: 'string', description: 'For these scripts: the word at the cursor', valueHint: 'word' },
  },
  async run({ args }): Promise<ExitCode> {
    const [shell = '', ...words] = args._
    if (shell === SUGGEST) {
      // Whoever is typing wants no errors in between.
      await suggest(words, args.current ?? '').catch(() => {})
      return exitCodes.ok
    }
    if (words.length > 0) throw usageError(`unexpected argument "${words[0]}"`)
    const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined
    const known = Object.keys(scripts).join(', ')
    if (script === undefined)
      throw usageError(shell === '' ? `completion needs a shell, one of ${known}` : `completion knows no "${visibleLine(shell)}"; one of ${known}`)
    await print(script)
    return exitCodes.ok
  },
})

async function suggest(words: readonly string[], current: string): Promise<void> {
  const { complete, startingWith } = await import('../completion/suggest.ts')
  const { readValues } = await import('../completion/values.ts')
  const { FILES } = await import('../completion/scripts.ts')
  const completion = await complete(words, current)
  if ('files' in completion) return print(`${FILES}\n`)
  const all =
    'suggestions' in completion
      ? completion.suggestions
      : startingWith(
          current,
          (await readValues(completion.values)).map(({ value, description }) => ({ value: completion.prefix + value, description })),
        )
  const lines = all.map(({ value, description }) => (description ? `${visibleLine(value)}\t${visibleLine(description)}` : visibleLine(value)))
  await print(lines.map((line) => `${line}\n`).join(''))
}
