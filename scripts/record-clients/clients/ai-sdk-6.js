export { recordAiSdk as record } from './ai-sdk-requests.js'

export const client = 'ai-sdk-6'
export const packages = ['ai@6', '@ai-sdk/openai@3', '@ai-sdk/anthropic@3', '@ai-sdk/google@3', '@ai-sdk/openai-compatible@2', 'zod@4']
