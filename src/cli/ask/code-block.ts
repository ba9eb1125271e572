/** An opening fence, as CommonMark has it: up to three spaces, three or more of one sign, and what is in it. */
const FENCE = /^ {0,3}(`{3,}(?!.*`)|~{3,})/

/** The first fenced block of code in a Markdown text, without its fences; undefined where there is none. */
export function firstCodeBlock(markdown: string): string | undefined {
  const lines = markdown.split('\n')
  const start = lines.findIndex((line) => FENCE.test(line))
  if (start === -1) return undefined
  const fence = FENCE.exec(lines[start]!)![1]!
  const indent = /^ */.exec(lines[start]!)![0].length
  const closes = new RegExp(`^ {0,3}\\${fence[0]}{${fence.length},}\\s*$`)
  const end = lines.findIndex((line, index) => index > start && closes.test(line))
  const code = lines.slice(start + 1, end === -1 ? undefined : end).map((line) => line.replace(new RegExp(`^ {0,${indent}}`), ''))
  return code.map((line) => `${line}\n`).join('')
}
