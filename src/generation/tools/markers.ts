/** Around a call, in the text of a model without native tool calling. */
export const CALL_OPEN = '<tool_call>'
export const CALL_CLOSE = '</tool_call>'

/** Around the result of a call, in what such a model reads. */
export const RESULT_OPEN = '<tool_result>'
export const RESULT_CLOSE = '</tool_result>'

/** A marked block, each marker on a line of its own. */
export function block(open: string, body: string, close: string): string {
  return `${open}\n${body}\n${close}`
}
