import { BridgeError } from '../core/errors.ts'
import type { Model } from '../core/model.ts'
import { ignoredParameters } from '../core/parameters.ts'
import type { Decoded, Protocol } from '../protocols/protocol.ts'

/**
 * The names of what of a request will have no effect on a model.
 * @param strict whether what could change the answer is refused
 * @throws BridgeError 400
 */
export function ignoredNames({ prompt, ignored }: Decoded, model: Model, protocol: Protocol, strict: boolean): string[] {
  const all = [
    ...ignoredParameters(prompt.parameters, model).map(({ name, hint }) => ({ name: protocol.parameterNames[name], hint })),
    ...ignored.map((name) => ({ name, hint: protocol.hints.includes(name) })),
  ]
  refuseIgnored(
    all.filter(({ hint }) => !hint).map(({ name }) => name),
    model,
    strict,
  )
  return all.map(({ name }) => name)
}

/** @throws BridgeError 400 for anything that could change the answer, where that is refused */
export function refuseIgnored(missed: readonly string[], model: Model, strict: boolean): void {
  const [first] = missed
  if (first !== undefined && strict) throw unsupported(first, missed, model)
}

/** Whether a client wants that. */
export function wantsStrictness(headers: Headers): boolean {
  return /^(1|true)$/i.test(headers.get('x-bridge-strict')?.trim() ?? '')
}

function unsupported(first: string, names: readonly string[], { id }: Model): BridgeError {
  return new BridgeError(`Unsupported parameter: '${first}'. The model '${id}' cannot be given: ${names.join(', ')}. Outside strict mode this is ignored.`, {
    code: 'unsupported_parameter',
    status: 400,
    param: first,
  })
}
