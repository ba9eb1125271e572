import type { H3Event } from 'h3'
import { BridgeError } from '../core/errors.ts'
import type { Model } from '../core/model.ts'
import { ignoredParameters } from '../core/parameters.ts'
import type { Decoded, Protocol } from '../protocols/protocol.ts'

/**
 * The names of what of a request will have no effect on a model.
 * @throws BridgeError 400 when there are any and the configuration or the client wants it to be strict
 */
export function ignoredNames(event: H3Event, { prompt, ignored }: Decoded, model: Model, protocol: Protocol, strict: boolean): string[] {
  const parameters = ignoredParameters(prompt.parameters, model).map((name) => protocol.parameterNames[name])
  const names = [...parameters, ...ignored]
  const [first] = names
  if (first === undefined) return []
  if (strict || /^(1|true)$/i.test(event.req.headers.get('x-bridge-strict')?.trim() ?? '')) throw unsupported(first, names, model)
  return names
}

function unsupported(first: string, names: readonly string[], { id }: Model): BridgeError {
  return new BridgeError(
    `Unsupported parameter: '${first}'. The model '${id}' cannot be given: ${names.join(', ')}. Outside strict mode this is ignored.`,
    { code: 'unsupported_parameter', status: 400, param: first },
  )
}
