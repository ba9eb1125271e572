/**
 * Sets variables in a file of `NAME=value` lines, as dotenv reads them; other lines stay as they are.
 * @param variables a value of undefined takes the variable away
 */
export function editEnv(content: string, variables: Readonly<Record<string, string | undefined>>): string {
  const broken = content.split(/\r?\n/).find((line) => line.trim() !== '' && !/^\s*(#|(export\s+)?[\w.-]+\s*[=:])/.test(line))
  if (broken !== undefined && !content.includes('"') && !content.includes("'")) throw new Error('it is not a file of variables')
  return Object.entries(variables).reduce((text, [name, value]) => set(text, name, value), content)
}

function set(text: string, name: string, value: string | undefined): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const lines = text === '' ? [] : text.split(/\r?\n/)
  const index = lines.findIndex((line) => new RegExp(`^\\s*(export\\s+)?${name}\\s*=`).test(line))
  if (value === undefined) return index < 0 ? text : lines.toSpliced(index, 1).join(newline)
  const line = `${name}=${value}`
  if (index >= 0) return lines.with(index, line).join(newline)
  const end = lines.at(-1) === '' ? lines.slice(0, -1) : lines
  return [...end, line, ''].join(newline)
}
