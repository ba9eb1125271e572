/** What a request refers to that was kept, by ids: the response that it goes on with, and items that may be known. */
export interface References {
  response?: string
  items: string[]
}

/** Of the body of `POST /v1/responses`, whatever it holds. */
export function referencesOf({ previous_response_id: response, input }: Record<string, unknown>): References {
  const items = (Array.isArray(input) ? input : []).flatMap((item: { id?: unknown } | null) => (typeof item?.id === 'string' ? [item.id] : []))
  return { ...(typeof response === 'string' && response !== '' && { response }), items }
}
