/** @typedef {'chat' | 'responses' | 'messages' | 'gemini'} Wire */

const ROUTES = [
  [/\/chat\/completions$/, 'chat'],
  [/\/responses$/, 'responses'],
  [/\/messages$/, 'messages'],
  [/:(stream)?generateContent$/i, 'gemini'],
]

/**
 * @param {string} url path and query
 * @returns {Wire | undefined} undefined for what generates nothing
 */
export function wireOf(url) {
  const path = url.split('?')[0]
  return ROUTES.find(([pattern]) => pattern.test(path))?.[1]
}
