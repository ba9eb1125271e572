/** A character of base64, or what JSON makes of one or of the end of its line. */
const DIGIT = String.raw`(?:[A-Za-z0-9+/=_-]|\\[/nr])`

/** No word, id or digest is as long; lines of base64 have 64 or 76 characters. */
const RUN = new RegExp(String.raw`(${DIGIT}{16})${DIGIT}{84,}|(${DIGIT}{16})${DIGIT}{44,}(?:\s+${DIGIT}{60,})+`, 'g')

/**
 * An error's text without the files of the request that a complaint may repeat: a few characters stay of each.
 * @param text as people read it, or JSON, which stays JSON
 */
export function withoutFiles(text: string): string {
  return text.replaceAll(RUN, (_, run: string | undefined, lines: string | undefined) => `${run ?? lines}…`)
}
