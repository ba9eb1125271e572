import { BridgeError } from '../core/errors.ts'

/** The error of a field whose value has the right form and makes no sense. */
export function invalidValue(param: string, reason: string): BridgeError {
  return new BridgeError(`Invalid value for '${param}': ${reason}.`, { code: 'invalid_value', status: 400, param })
}

/** The error of a user's message without content: no provider takes it, and opencode fails on it. */
export function emptyMessage(param: string): BridgeError {
  return invalidValue(param, 'the message is empty. Expected some text or a file in it')
}

/** @throws BridgeError 400 for a conversation of which nothing is left */
export function checkFilled(messages: readonly unknown[], param: string): void {
  if (messages.length === 0) throw invalidValue(param, 'nothing in it can be told to the model. Expected some text or a file in it')
}

/** The error of a field that asks for what the vendor has and the bridge has not. */
export function unsupportedValue(param: string, reason: string): BridgeError {
  return new BridgeError(`'${param}' ${reason}.`, { code: 'unsupported_value', status: 400, param })
}

const MAX_NAMES = 10
const MAX_NAME_LENGTH = 64

/** Names out of a request, as a message may list them: it must not grow with the request. */
export function listNames(names: readonly string[]): string {
  const told = names.slice(0, MAX_NAMES).map((name) => (name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}…` : name))
  return names.length > MAX_NAMES ? `${told.join(', ')} and ${names.length - MAX_NAMES} more` : told.join(', ')
}
