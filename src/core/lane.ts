/**
 * The way a request takes to its provider:
 * - `verbatim`: the client's own body, through opencode's login and connection, to a provider of the same format
 * - `translated`: the same way, to a provider of another format, or with what the provider lacks
 * - `session`: through a session of opencode's
 */
export type Lane = 'verbatim' | 'translated' | 'session'
