import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConfigInput } from '../../../src/config/schema.ts'
import { type Bridge, startBridge } from '../bridge.ts'
import { opencodeConfig, writeLogin } from './opencode-config.ts'
import { startStrictProvider, type StrictOptions, type StrictProvider } from './provider.ts'

export interface StrictBridge {
  bridge: Bridge
  provider: StrictProvider
  /** Writes the logins as the provider has them now to where opencode reads them. */
  login(): void
  close(): Promise<void>
}

/** A daemon in front of the real opencode, whose providers and logins lead to the strict one. */
export async function startStrictBridge(config: ConfigInput = {}, { expired = false, ...options }: StrictOptions & { expired?: boolean } = {}): Promise<StrictBridge> {
  const provider = await startStrictProvider(options)
  const folder = mkdtempSync(join(tmpdir(), 'strict-bridge-'))
  let home = ''
  const login = () => writeLogin(home, opencodeConfig(provider, { expired }))
  const bridge = await startBridge({
    config: { ...(process.env.TEST_ENGINE ? {} : { engine: 'serve' }), maxRetries: 0, ...config },
    env: { ...provider.proxyEnv(folder), NO_PROXY: '127.0.0.1,localhost', OPENCODE_CONFIG_CONTENT: opencodeConfig(provider).config },
    prepare: (made) => {
      home = made
      login()
    },
  }).catch(async (error: unknown) => {
    await provider.close()
    throw error
  })
  return {
    bridge,
    provider,
    login,
    close: async () => {
      await bridge.close()
      await provider.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
