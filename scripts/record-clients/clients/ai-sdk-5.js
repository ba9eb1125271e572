export { recordAiSdk as record } from './ai-sdk-requests.js'

export const client = 'ai-sdk-5'
export const packages = ['ai@5', '@ai-sdk/openai@2', '@ai-sdk/anthropic@2', '@ai-sdk/google@2', '@ai-sdk/openai-compatible@1', 'zod@4']
