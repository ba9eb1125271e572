import type { H3Event } from 'h3'
import { BridgeError } from '../core/errors.ts'
import type { Model } from '../core/model.ts'
import { ignoredParameters } from '../core/parameters.ts'
import type { Decoded, Protocol } from '../protocols/protocol.ts'

/**
 * The names of what of a request will have no effect on a model.
 * @throws BridgeError 400 when any of it could change the answer and the configuration or the client wants it to be strict
 */
export function ignoredNames(event: H3Event, { prompt, ignored }: Decoded, model: Model, protocol: Protocol, strict: boolean): string[] {
  const all = [
    ...ignoredParameters(prompt.parameters, model).map(({ name, hint }) => ({ name: protocol.parameterNames[name], hint })),
    ...ignored.map((name) => ({ name, hint: protocol.hints.includes(name) })),
  ]
  refuseIgnored(
    event,
    all.filter(({ hint }) => !hint).map(({ name }) => name),
    model,
    strict,
  )
  return all.map(({ name }) => name)
}

/** @throws BridgeError 400 for anything that could change the answer, when the configuration or the client wants it to be strict */
export function refuseIgnored(event: H3Event, missed: readonly string[], model: Model, strict: boolean): void {
  const [first] = missed
  if (first !== undefined && (strict || wantsStrictness(event))) throw unsupported(first, missed, model)
}

function wantsStrictness({ req }: H3Event): boolean {
  return /^(1|true)$/i.test(req.headers.get('x-bridge-strict')?.trim() ?? '')
}

function unsupported(first: string, names: readonly string[], { id }: Model): BridgeError {
  return new BridgeError(`Unsupported parameter: '${first}'. The model '${id}' cannot be given: ${names.join(', ')}. Outside strict mode this is ignored.`, {
    code: 'unsupported_parameter',
    status: 400,
    param: first,
  })
}
