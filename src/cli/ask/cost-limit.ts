import { CliError } from '../command-line/failure.ts'
import type { ChatMessage } from '../daemon/chat-api.ts'
import type { ListedModel } from '../daemon/client.ts'
import { formatCost } from '../../core/money.ts'

/** Fewer than English, code or data have to a token, so that the estimate is rather too high. */
const BYTES_PER_TOKEN = 3

/** What vendors take for an image at most, and for a page of a PDF of the usual size. */
const IMAGE_TOKENS = 1_600
const PDF_BYTES_PER_TOKEN = 20

/**
 * How many tokens an answer may have, so that it costs no more than a limit: what its prompt costs by an estimate that is
 * rather too high, and the rest by the price of its tokens, thinking among them.
 * @param limit USD
 * @returns undefined for a model that costs nothing
 * @throws CliError where nobody knows the price, or the prompt alone is beyond the limit
 */
export function affordableTokens(model: ListedModel, messages: readonly ChatMessage[], limit: number): number | undefined {
  const { id, pricing } = model
  if (pricing === undefined) {
    throw new CliError(`nobody knows what ${id} costs, so --cost-limit cannot be kept`, {
      hint: 'pricingOverrides of the configuration tells it; --max-tokens bounds the answer',
    })
  }
  const input = estimateTokens(messages) * Number(pricing.prompt)
  const perToken = Number(pricing.completion)
  const left = limit - input
  if (left < perToken || left < 0) {
    throw new CliError(`the prompt alone costs about $${formatCost(String(input))} with ${id}, more than --cost-limit leaves for an answer`)
  }
  return perToken === 0 ? undefined : Math.floor(left / perToken)
}

function estimateTokens(messages: readonly ChatMessage[]): number {
  return messages.reduce(
    (sum, { content }) => sum + 8 + (typeof content === 'string' ? textTokens(content) : content.reduce((all, part) => all + partTokens(part), 0)),
    0,
  )
}

function partTokens(part: Exclude<ChatMessage['content'], string>[number]): number {
  switch (part.type) {
    case 'text':
      return textTokens(part.text)
    case 'image_url':
      return IMAGE_TOKENS
    case 'file':
      return Math.ceil(part.file.file_data.length / PDF_BYTES_PER_TOKEN)
    case 'input_audio':
      return Math.ceil(part.input_audio.data.length / PDF_BYTES_PER_TOKEN)
  }
}

function textTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN)
}
