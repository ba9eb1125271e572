import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConfigInput } from '../../../src/config/schema.ts'
import { type Bridge, startBridge } from '../bridge.ts'
import type { Catalogue } from '../catalogue.ts'
import { opencodeConfig, writeLogin } from './opencode-config.ts'
import { startStrictProvider, type StrictOptions, type StrictProvider } from './provider.ts'

export interface StrictBridge {
  bridge: Bridge
  provider: StrictProvider
  /** Writes the logins as the provider has them now to where opencode reads them. */
  login(): void
  close(): Promise<void>
}

export interface StrictBridgeOptions extends StrictOptions {
  expired?: boolean
  /** By default the vendors that have a login. */
  catalogue?: Catalogue
  /** One that is there already, and stays when the bridge is closed. */
  provider?: StrictProvider
  /** The same vendors once more, as other providers with this tag behind their names. */
  tag?: string
}

/** A daemon in front of the real opencode, whose providers and logins lead to the strict one. */
export async function startStrictBridge(
  config: ConfigInput = {},
  { expired = false, catalogue = 'vendors', provider: given, tag, ...options }: StrictBridgeOptions = {},
): Promise<StrictBridge> {
  const provider = given ?? (await startStrictProvider(options))
  const folder = mkdtempSync(join(tmpdir(), 'strict-bridge-'))
  const cleanUp = async () => {
    if (!given) await provider.close()
    rmSync(folder, { recursive: true, force: true })
  }
  let home = ''
  const login = () => writeLogin(home, opencodeConfig(provider, { expired }))
  const bridge = await startBridge({
    config: { ...(process.env.TEST_ENGINE ? {} : { engine: 'serve' }), maxRetries: 0, ...config },
    catalogue,
    env: { ...provider.proxyEnv(folder), NO_PROXY: '127.0.0.1,localhost', OPENCODE_CONFIG_CONTENT: configOf(provider, tag) },
    prepare: (made) => {
      home = made
      login()
    },
  }).catch(async (error: unknown) => {
    await cleanUp()
    throw error
  })
  return {
    bridge,
    provider,
    login,
    close: async () => {
      await bridge.close()
      await cleanUp()
    },
  }
}

function configOf(provider: StrictProvider, tag: string | undefined): string {
  const { config } = opencodeConfig(provider)
  if (tag === undefined) return config
  const { provider: providers, ...others } = JSON.parse(config)
  return JSON.stringify({ ...others, provider: { ...JSON.parse(opencodeConfig(provider, { tag }).config).provider, ...providers } })
}
