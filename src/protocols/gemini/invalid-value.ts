import { BridgeError } from '../../core/errors.ts'

/** The error of a field whose value has the right form and makes no sense. */
export function invalidValue(param: string, reason: string): BridgeError {
  return new BridgeError(`Invalid value for '${param}': ${reason}.`, { code: 'invalid_value', status: 400, param })
}

/** The error of a field that asks for what Gemini has and the bridge has not. */
export function unsupportedValue(param: string, reason: string): BridgeError {
  return new BridgeError(`'${param}' ${reason}.`, { code: 'unsupported_value', status: 400, param })
}
