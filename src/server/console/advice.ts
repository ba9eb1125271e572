import type { RequestRecord } from '../../records/record.ts'

/** What to do about a request that failed, by its code; of a failure that a provider told. */
const OF_PROVIDER: Record<string, string> = {
  invalid_api_key: 'The provider refuses the login. Log in again with `opencode auth login`, or check the credential of its block.',
  insufficient_quota: 'The quota or credit at the provider is used up. Add credit there, or put another model behind it in the alias.',
  rate_limit_exceeded: 'The provider has had too many requests and takes more later. A second model in the alias would step in.',
  context_length_exceeded: 'The conversation is longer than the model takes. Shorten it, or use a model with a larger context.',
  content_filter: 'The provider blocks the request or its answer. Another model may have other rules.',
  model_not_found: 'The provider does not know the model. `ocb models` lists what there is now.',
  upstream_incomplete: 'The provider broke its answer off. Ask again; if that is often so, look at the connection or a proxy in between.',
  timeout: 'No token came in time. Ask again, or raise firstTokenTimeout, tokenTimeout or requestTimeout.',
  upstream_error: 'The provider failed. Its status page may say more; a second model in the alias would step in.',
}

/** Of one that the bridge told. */
const OF_BRIDGE: Record<string, string> = {
  invalid_api_key: 'The client sent no key, or one that is not known. Give it one, under Connect or with `ocb key create`.',
  insufficient_quota: 'A limit of this bridge is used up. Raise it, or wait until its window ends.',
  rate_limit_exceeded: 'A limit of this bridge is reached for now. Raise it, or let the client ask less often.',
  model_not_found: 'No model has this name here. `ocb models` lists what there is; an alias can give the client its name.',
  no_models: 'opencode offers no model. Log in to a provider with `opencode auth login`.',
  bridge_overloaded: 'Every place was taken. Raise maxSize, workers or maxQueue, or let fewer clients ask at a time.',
  bridge_draining: 'The daemon was about to stop. Ask again once it is back.',
  request_too_large: 'The body is larger than maxBodyBytes or the prompt longer than maxPromptLength. Raise them, or send less.',
  upload_timeout: 'The client sent its body too slowly. Look at its connection, or raise uploadTimeout.',
  client_too_slow: 'The client did not read its answer. Look at it, or raise clientTimeout.',
  process_failed: 'An opencode process failed. `ocb doctor` and the log say more.',
  system_fault: 'The machine ran out of something: memory, files or disk space. The log says of what.',
  internal_error: 'A defect of the bridge. The log has the details.',
}

/** In a sentence or two, for people. */
export function adviceOn({ outcome, attempts, path }: Pick<RequestRecord, 'outcome' | 'attempts' | 'path'>): string {
  if (!('code' in outcome)) return ''
  const asked = attempts.some(({ calls }) => calls > 0)
  const known = asked ? (OF_PROVIDER[outcome.code] ?? OF_BRIDGE[outcome.code]) : OF_BRIDGE[outcome.code]
  if (known !== undefined) return known
  if (outcome.status >= 500) return asked ? OF_PROVIDER.upstream_error! : 'The log may say more, and `ocb doctor`.'
  return `The request cannot be answered as it stands; the error that its client got says what of it (${path}).`
}
