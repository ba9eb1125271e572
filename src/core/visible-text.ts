/** All that steers a terminal, the ends of lines and tabs among it. */
const CONTROL = /\p{Cc}/gu

/**
 * Text of others as it may go to a terminal or into a log: characters that would move the cursor, change the title,
 * write to the clipboard or type for the user become signs that can be seen. Lines and tabs stay. Each character stands
 * for itself, so pieces of a text can be changed one by one.
 */
export function visibleText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(CONTROL, (character) => (character === '\n' || character === '\t' ? character : signOf(character)))
}

/** The same for what has to stay on its line. */
export function visibleLine(text: string): string {
  return text.replace(CONTROL, signOf)
}

/** The picture of a control character, as far as Unicode has one. */
function signOf(character: string): string {
  const code = character.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? '\u2421' : '\ufffd'
}
