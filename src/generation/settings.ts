/** The settings of the bridge that decide what is left to the provider. */
export interface GenerationSettings {
  /** Ids of models, or patterns with `*`, that are to call tools by JSON in their text. */
  jsonTools: string[]
  /** Ids of models, or patterns with `*`, that call tools natively whatever their metadata say. */
  nativeTools: string[]
  /** Who holds an answer to JSON: `auto` is the provider where it can. */
  structuredOutput: 'auto' | 'native' | 'instructed'
}
