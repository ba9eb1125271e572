import type { RequestRecord } from './record.ts'

/**
 * The words of OpenTelemetry's conventions for generative AI, which metrics and traces share
 * (https://github.com/open-telemetry/semantic-conventions-genai, docs/gen-ai/gen-ai-metrics.md).
 */
export const OPERATION = 'chat'

/** What the conventions call providers that opencode calls otherwise; all others keep opencode's name. */
const PROVIDERS: Record<string, string> = {
  'amazon-bedrock': 'aws.bedrock',
  azure: 'azure.ai.openai',
  google: 'gcp.gemini',
  'google-vertex': 'gcp.vertex_ai',
  'google-vertex-anthropic': 'gcp.vertex_ai',
  mistral: 'mistral_ai',
  moonshotai: 'moonshot_ai',
  xai: 'x_ai',
}

export function providerName(provider: string): string {
  return PROVIDERS[provider] ?? provider
}

/** `error.type` of a request that did not end well. */
export function errorType({ outcome }: Pick<RequestRecord, 'outcome'>): string | undefined {
  if (outcome.type === 'finished') return undefined
  return outcome.type === 'cancelled' ? 'cancelled' : outcome.code
}
