import { z } from 'zod'
import { SEARCH_KINDS } from '../../search/services.ts'
import { optional, setting } from '../setting.ts'

/** Searches that clients have their vendor's servers make. */
export const search = {
  webSearch: setting(z.enum(SEARCH_KINDS).optional(), {
    description:
      'Makes the web searches that Codex, Claude Code and others offer a model, where its provider does not make them: `searxng`, `brave` or `tavily`',
    flag: 'start',
    hint: 'service',
  }),
  webSearchUrl: optional('Address of that service, where it is not its maker’s: of a SearXNG, `http://127.0.0.1:8888`', { flag: 'start', hint: 'address' }),
  webSearchKey: optional('Key of that service. Never an argument', { secret: true }),
}
