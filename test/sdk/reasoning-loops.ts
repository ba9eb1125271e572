import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import Anthropic from '@anthropic-ai/sdk'
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod'
import { GoogleGenAI, type Part, Type } from '@google/genai'
import { generateText, stepCountIs, streamText, tool } from 'ai'
import OpenAI from 'openai'
import { zodFunction } from 'openai/helpers/zod'
import type { FunctionTool, ResponseInputItem, ResponseOutputItem } from 'openai/resources/responses/responses'
import { z } from 'zod'

/** Loops of tools as the vendors' own packages run them, with a model that thinks. Each gives the text of the last answer. */

export interface Loop {
  url: string
  model: string
  stream: boolean
}

const TASK = 'How is it in Rome and in Oslo?'
const NAME = 'weather'
const place = z.object({ city: z.string() })
const look = ({ city }: { city: string }) => `sunny in ${city}`

/** `runTools` of openai's Chat Completions. */
export async function openAiChat({ url, model, stream }: Loop): Promise<string> {
  const client = openAi(url)
  const given = { model, messages: [{ role: 'user' as const, content: TASK }], tools: [zodFunction({ name: NAME, parameters: place, function: look })] }
  const runner = stream ? client.chat.completions.runTools({ ...given, stream: true }) : client.chat.completions.runTools(given)
  return (await runner.finalContent()) ?? ''
}

/** openai's Responses, where nothing is kept and all goes to and fro. */
export async function openAiResponses({ url, model, stream }: Loop): Promise<string> {
  const client = openAi(url)
  const input: ResponseInputItem[] = [{ role: 'user', content: TASK }]
  for (;;) {
    const given = { model, input, tools: [functionTool], store: false, include: ['reasoning.encrypted_content' as const] }
    const response = stream ? await client.responses.stream(given).finalResponse() : await client.responses.create(given)
    const results = answersTo(response.output)
    if (results.length === 0) return response.output_text
    input.push(...(response.output as ResponseInputItem[]), ...results)
  }
}

/** The same, where each request says only what is new. */
export async function openAiStored({ url, model, stream }: Loop): Promise<string> {
  const client = openAi(url)
  let given: { input: ResponseInputItem[]; previous_response_id?: string } = { input: [{ role: 'user', content: TASK }] }
  for (;;) {
    const request = { model, tools: [functionTool], ...given }
    const response = stream ? await client.responses.stream(request).finalResponse() : await client.responses.create(request)
    const input = answersTo(response.output)
    if (input.length === 0) return response.output_text
    given = { input, previous_response_id: response.id }
  }
}

/** `toolRunner` of Anthropic's package, with thinking. */
export async function anthropic({ url, model, stream }: Loop): Promise<string> {
  const client = new Anthropic({ baseURL: url, apiKey: 'any', maxRetries: 0 })
  const given = {
    model,
    max_tokens: 8000,
    thinking: /4\.8/.test(model) ? { type: 'adaptive' as const } : { type: 'enabled' as const, budget_tokens: 2000 },
    messages: [{ role: 'user' as const, content: TASK }],
    tools: [betaZodTool({ name: NAME, description: 'The weather of a city', inputSchema: place, run: look })],
  }
  const message = stream ? await client.beta.messages.toolRunner({ ...given, stream: true }).runUntilDone() : await client.beta.messages.toolRunner(given)
  return message.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
}

/** A chat of Google's package, which keeps the history itself. */
export async function google({ url, model, stream }: Loop): Promise<string> {
  const client = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: url } })
  const parameters = { type: Type.OBJECT, properties: { city: { type: Type.STRING } }, required: ['city'] }
  const chat = client.chats.create({
    model,
    config: { tools: [{ functionDeclarations: [{ name: NAME, parameters }] }], thinkingConfig: { includeThoughts: true } },
  })
  let message: string | Part[] = TASK
  for (;;) {
    const parts: Part[] = []
    if (stream) for await (const chunk of await chat.sendMessageStream({ message })) parts.push(...(chunk.candidates?.[0]?.content?.parts ?? []))
    else parts.push(...((await chat.sendMessage({ message })).candidates?.[0]?.content?.parts ?? []))
    const calls = parts.flatMap(({ functionCall }) => functionCall ?? [])
    if (calls.length === 0) return parts.map(({ text = '', thought }) => (thought ? '' : text)).join('')
    message = calls.map(({ id, name, args }) => ({
      functionResponse: { ...(id && { id }), name: name!, response: { output: look(args as { city: string }) } },
    }))
  }
}

/** `streamText` and `generateText` of the Vercel AI SDK, which send back of Chat Completions what they know. */
export async function vercel({ url, model, stream }: Loop): Promise<string> {
  const provider = createOpenAICompatible({ name: 'bridge', baseURL: `${url}/v1`, apiKey: 'any' })
  const tools = { [NAME]: tool({ description: 'The weather of a city', inputSchema: place, execute: async (input) => look(input) }) }
  const given = { model: provider(model), maxRetries: 0, prompt: TASK, tools, stopWhen: stepCountIs(5) }
  return stream ? await streamText(given).text : (await generateText(given)).text
}

function openAi(url: string): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any', maxRetries: 0 })
}

const functionTool: FunctionTool = {
  type: 'function',
  name: NAME,
  strict: true,
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
}

function answersTo(output: ResponseOutputItem[]): ResponseInputItem[] {
  return output.flatMap((item): ResponseInputItem[] =>
    item.type === 'function_call' ? [{ type: 'function_call_output', call_id: item.call_id, output: look(JSON.parse(item.arguments)) }] : [],
  )
}
