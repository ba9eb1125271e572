import { command } from '../command-line/called-as.ts'
import { CliError } from '../command-line/failure.ts'

export interface RefusalContext {
  /** The model that was asked, as `provider/model`; undefined where no model was. */
  model?: string | undefined
  /** The providers that the configuration has blocks for. */
  ownProviders: readonly string[]
}

/** The daemon's or a provider's no, with what to do about it. */
export function refusal(status: number | undefined, body: unknown, { model, ownProviders }: RefusalContext): CliError {
  const { error } = (body ?? {}) as { error?: { message?: unknown; param?: unknown; code?: unknown } }
  const message = typeof error?.message === 'string' ? error.message : `the daemon answered with status ${status}`
  return new CliError(message, { hint: hintFor(status, error, model, ownProviders) })
}

function hintFor(
  status: number | undefined,
  error: { message?: unknown; param?: unknown; code?: unknown } | undefined,
  model: string | undefined,
  ownProviders: readonly string[],
): string | undefined {
  // Only an answer that names a model came from a provider; a key that the daemon refuses got to none.
  if (status === 401 && model === undefined) return 'set OPENCODE_BRIDGE_API_KEY to a key of the daemon'
  if (status === 401) return loginHint(model!.split('/', 1)[0]!, ownProviders)
  if (error?.code === 'unsupported_value' && String(error.message).includes('allowRemoteFiles')) {
    return 'set allowRemoteFiles to have the daemon fetch URLs, or fetch the file yourself and name it with -f'
  }
  return undefined
}

function loginHint(provider: string, ownProviders: readonly string[]): string {
  if (ownProviders.includes(provider)) {
    return `${provider} refused its credential: correct it in [provider.${provider}] of the configuration; ${command} provider test ${provider} tries it`
  }
  return `${provider} refused the login of opencode: run \`opencode auth login\` (or \`npx opencode-ai auth login\`) and choose ${provider}; a running daemon notices by itself`
}
