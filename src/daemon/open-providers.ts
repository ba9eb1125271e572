import type { Config } from '../config/schema.ts'
import type { Model } from '../core/model.ts'
import type { ProviderBlock } from '../providers/block.ts'
import { createCompletion, parseModelParameters } from '../providers/model-parameters.ts'
import { Providers } from '../providers/providers.ts'
import { followDocument } from '../system/followed-document.ts'
import type { Fetch } from '../system/outbound-fetch.ts'

export interface OpenProviders {
  providers: Providers
  /** Adds to models what a list of the configuration says of them; the very models come back where there is none. */
  complete(models: Model[]): Model[]
  close(): void
}

export interface OpenProvidersOptions {
  blocks: readonly ProviderBlock[]
  config: Pick<Config, 'modelParametersUrl'>
  env: NodeJS.ProcessEnv
  fetch: Fetch
  log: { warn(message: string): void }
}

/** The providers of the configuration's blocks, not yet asked for anything, and what is known of models beside. */
export function openProviders({ blocks, config: { modelParametersUrl: url }, env, fetch, log }: OpenProvidersOptions): OpenProviders {
  const list = url === undefined ? undefined : followDocument({ what: 'The list of models (modelParametersUrl)', url, parse: parseModelParameters, fetch, log })
  const parameters = () => list?.current()
  const providers = new Providers({ blocks, env, fetch, parameters, log })
  return {
    providers,
    complete: createCompletion(parameters),
    close: () => {
      list?.close()
      providers.close()
    },
  }
}
