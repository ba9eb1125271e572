/** How vendors and servers say that a prompt is longer than the model's context, as their messages have it. */
const OVERFLOW: readonly RegExp[] = [
  /prompt is too long|prompt too long|request_too_large|request entity too large/i,
  /input is too long|input length.*exceeds|input token count.*exceeds/i,
  /context[_ ]length[_ ]exceeded|context[_ ]window[_ ]exceed/i,
  /exceed(?:s|ed|ing)?\b.{0,40}\b(?:context (?:length|window|size)|token limit|maximum allowed input)/i,
  /maximum (?:context|prompt) length/i,
  /(?:longer|greater|larger) than the (?:model'?s )?(?:maximum )?context/i,
  /context (?:length|size) is (?:only )?[\d,]+ tokens/i,
  /too large for model with [\d,]+ maximum context/i,
  /reduce the length of the messages|too many tokens|token limit exceeded|tokens in request more than max/i,
  /configured context size is/i,
]

/** Such words also come with limits on rates, which are another matter. */
const OTHER = /rate limit|too many requests|throttl/i

/** Whether a provider's message says that the prompt does not fit, which clients compact it for. */
export function isContextOverflow(message: string): boolean {
  return !OTHER.test(message) && OVERFLOW.some((pattern) => pattern.test(message))
}
