import type { PluginInput } from '@opencode-ai/plugin'
import type { ProbedModel, ProbedProvider } from './probed-models.ts'
import { send } from './output.ts'

/** Reports the providers that the user can use, without the keys, options and headers that may hold secrets. */
export async function reportModels(client: PluginInput['client']): Promise<void> {
  const { data } = await client.config.providers({ throwOnError: true })
  const providers = data.providers as unknown as (ProbedProvider & { models: Record<string, ProbedModel & Secretive> })[]
  send({
    type: 'models',
    providers: providers.map(({ id, name, env, source, models }) => ({
      id,
      name,
      env,
      source,
      models: Object.fromEntries(Object.entries(models).map(([key, { options: _options, headers: _headers, ...model }]) => [key, model])),
    })),
  })
}

interface Secretive {
  options: unknown
  headers: unknown
}
