/** A tool's schema as every provider takes it: some refuse one without `type` or `properties`. */
export function toolSchema(parameters: Record<string, unknown> = {}): Record<string, unknown> {
  const { type = 'object', ...others } = parameters
  // A schema of another kind, or one put together of several, is the client's own business.
  if (type !== 'object' || 'properties' in others || COMPOSED.some((keyword) => keyword in others)) return { type, ...others }
  return { type, properties: {}, ...others }
}

const COMPOSED = ['$ref', 'anyOf', 'oneOf', 'allOf']
