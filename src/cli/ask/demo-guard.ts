import { command } from '../command-line/called-as.ts'
import { exitCodes } from '../command-line/exit-codes.ts'
import { CliError } from '../command-line/failure.ts'
import { connectCopilot } from '../terminal/connect-copilot.ts'

const DEMO = 'demo/'

export interface DemoSettings {
  aliases: Readonly<Record<string, readonly string[] | string>>
  defaultModels: readonly string[]
}

/** Whether the demo model is what the user asked for: by its name, by an alias, or as the default. */
export function asksForDemo(model: string | undefined, { aliases, defaultModels }: DemoSettings): boolean {
  const named = model === undefined ? defaultModels : [model, aliases[model] ?? []].flat()
  return named.some((name) => name.startsWith(DEMO))
}

/**
 * Keeps a script from taking what the demo model repeats for an answer, where a login has gone: nobody would see it.
 * @throws CliError there; a person is told afterwards
 */
export function refuseDemo(model: string | undefined, seen: boolean): void {
  if (!isDemo(model) || seen) return
  throw new CliError('only the demo model could answer: opencode is logged in to no provider', {
    exitCode: exitCodes.opencodeUnusable,
    hint: `${connectCopilot.replaceAll('\n', ' ')} ${command} ask -m demo/echo asks the demo model itself`,
  })
}

export function isDemo(model: string | undefined): boolean {
  return model?.startsWith(DEMO) ?? false
}
