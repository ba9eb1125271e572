import type { H3Event } from 'h3'
import { BridgeError } from '../core/errors.ts'
import type { Model } from '../core/model.ts'
import { ignoredParameters } from '../core/parameters.ts'
import type { Decoded, Protocol } from '../protocols/protocol.ts'

/**
 * Tells the client by a header what of its request will have no effect, or refuses the request when it is to be strict.
 * @throws BridgeError 400 in strict mode
 */
export function reportIgnored(event: H3Event, { prompt, ignored }: Decoded, model: Model, protocol: Protocol, strict: boolean): void {
  const parameters = ignoredParameters(prompt.parameters, model).map((name) => protocol.parameterNames[name])
  const names = [...parameters, ...ignored]
  const [first] = names
  if (first === undefined) return
  if (strict || /^(1|true)$/i.test(event.req.headers.get('x-bridge-strict')?.trim() ?? '')) throw unsupported(first, names, model)
  for (const headers of [event.res.headers, event.res.errHeaders]) headers.set('x-bridge-ignored', names.join(', '))
}

function unsupported(first: string, names: readonly string[], { id }: Model): BridgeError {
  return new BridgeError(
    `Unsupported parameter: '${first}'. The model '${id}' cannot be given: ${names.join(', ')}. Outside strict mode this is ignored.`,
    { code: 'unsupported_parameter', status: 400, param: first },
  )
}
