import type { PluginInput } from '@opencode-ai/plugin'
import type { ModelRef } from './contract.ts'
import { WARM_UP_TEXT } from './hooks.ts'

/**
 * Drives every code path of a request up to, but without, the call to the provider, so that the first real request
 * finds them loaded. The order is measured: the first prompt loads the SDK and the provider; disposing the instance
 * makes the tool map unread again; the rest boots the new instance except for that map.
 *
 * Throws when opencode's client does not answer as it must.
 */
export async function warmUp(client: PluginInput['client'], agent: string, model: ModelRef | undefined): Promise<void> {
  await prompt({})
  await client.instance.dispose({ throwOnError: true })
  await client.file.list({ query: { path: '.' } })
  await prompt({ noReply: true })
  await client.mcp.status()

  async function prompt(options: { noReply?: boolean }): Promise<void> {
    const { data: session } = await client.session.create({ body: { title: WARM_UP_TEXT }, throwOnError: true })
    const path = { id: session.id }
    // Ends with the error that the `chat.headers` hook throws.
    await client.session.prompt({
      path,
      body: { agent, ...(model && { model }), parts: [{ type: 'text', text: WARM_UP_TEXT }], ...options },
    })
    await client.session.delete({ path })
  }
}
