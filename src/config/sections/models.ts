import { z } from 'zod'
import { list, optional, setting } from '../setting.ts'

/** What models are called, and what they are good for. */
export const models = {
  defaultModels: list(
    ['github-copilot/gpt-4.1', 'github-copilot/gpt-5-mini'],
    'The first that exists answers requests for no model; if none does, the first model there is',
    { project: true },
  ),
  aliases: setting(
    z
      .record(
        z.string(),
        z.union([
          z
            .string()
            .min(1)
            .transform((id) => [id]),
          z.array(z.string().min(1)).min(1),
        ]),
      )
      .default({}),
    {
      description:
        'Names for clients, or patterns with `*`, each for one model or an ordered list, of which the next is asked when one is unavailable: `{ "fast": ["github-copilot/gpt-5-mini", "…"], "claude-*": "…" }`',
      project: true,
    },
  ),
  jsonTools: list([], 'Models, by id or pattern with `*`, that call tools by JSON in their text, whatever opencode knows of them', { project: true }),
  nativeTools: list([], 'Models, by id or pattern with `*`, that call tools natively, whatever opencode knows of them', { project: true }),
  structuredOutput: setting(z.enum(['auto', 'native', 'instructed']).default('auto'), {
    description: 'Who holds an answer to a JSON Schema: `auto` is the provider where it can, `instructed` always the bridge',
    project: true,
  }),
  modelParametersUrl: optional(
    'A list of what models can do, for what neither opencode nor the provider says: a URL, or the path of a JSON file, in LiteLLM’s or Bifrost’s form',
    { file: true },
  ),
}
