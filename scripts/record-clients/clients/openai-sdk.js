import { recordChat } from './openai-chat-requests.js'
import { recordResponses } from './openai-responses-requests.js'

export const client = 'openai-sdk'
export const packages = ['openai@latest', 'zod@4']

/** @type {import('./index.js').ClientModule['record']} */
export async function record({ url, installed, keep }) {
  const { OpenAI } = await installed.load('openai')
  const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'dummy', maxRetries: 0, organization: null, project: null })
  const helpers = { ...(await installed.load('openai/helpers/zod')), ...(await installed.load('zod')) }
  await recordChat(openai, helpers, keep)
  await recordResponses(openai, helpers, keep)
}
