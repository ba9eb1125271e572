/** The bridge as a tool is to see it. */
export interface Bridge {
  /** Without a path. */
  url: string
  /** Absent when the user named none. */
  model: string | undefined
  /** Whether requests need a key. */
  needsKey: boolean
  /** In tokens, of the model; absent where nobody knows. */
  limits?: ModelLimits
}

export interface ModelLimits {
  context?: number
  output?: number
}

/** Where a tool may keep its settings. */
export interface Place {
  home: string
  cwd: string
  env: NodeJS.ProcessEnv
  platform: NodeJS.Platform
  exists(path: string): boolean
}

/** A file of a tool's settings that `--write` edits. */
export interface SettingsFile {
  path(place: Place): string
  /**
   * @param content the file's text, empty when there is none
   * @returns the text with the settings for the bridge, and everything else that was in it
   * @throws Error when the text cannot be read
   */
  edit(content: string, bridge: Bridge): string
}

/** Knows how a tool is pointed at the bridge. */
export interface Connector {
  /** As the tool is called. */
  title: string
  /** By which one knows that it is installed: a program on the PATH; its settings tell as well. */
  program?: string
  /** Absent where settings cannot be written to a file. */
  files?: readonly SettingsFile[]
  /** What the user has to do himself, or everything where there is no file. */
  text(bridge: Bridge): string
}

/** What the bridge is called in the settings of tools. */
export const NAME = 'opencode-bridge'

/** Where clients have the key from; it is never written anywhere. */
export const KEY_VARIABLE = 'OPENCODE_BRIDGE_API_KEY'

/** For tools that insist on a key where none is needed. */
export const NO_KEY = 'no-key'

/** The name that stands for the bridge's default model. */
export const DEFAULT_MODEL = 'default'

export function modelOf({ model }: Bridge): string {
  return model ?? DEFAULT_MODEL
}

/** The base of the endpoints in OpenAI's formats. */
export function openAiBase({ url }: Bridge): string {
  return `${url}/v1`
}

/** What a tool is told of a model of which nobody knows how much fits into it: what all current ones take. */
export const USUAL_LIMITS = { context: 128_000, output: 16_384 } as const

/** For tools that want numbers, whatever is known. */
export function limitsOf({ limits }: Bridge): Required<ModelLimits> {
  return { ...USUAL_LIMITS, ...limits }
}
