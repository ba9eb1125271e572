/** What a request says of who asks: the part of it that the vendors' clients send their keys in. */
export interface Asking {
  headers: Headers
  url: URL
}

export interface Presented {
  /** In the order in which they are believed. */
  keys: string[]
  bearer: string | undefined
  /** Of Basic authentication, as opencode's own clients send it with the user `opencode`. */
  password: string | undefined
}

/** Reads it. */
export function presentedBy({ headers, url }: Asking): Presented {
  const authorization = headers.get('authorization') ?? ''
  const bearer = /^Bearer\s+(\S.*)$/i.exec(authorization)?.[1]?.trim()
  // Google's clients have a header of their own, or put the key into the URL.
  const inUrl = url.pathname.startsWith('/v1beta/') ? url.searchParams.get('key') : undefined
  const basic = /^Basic\s+(\S+)$/i.exec(authorization)?.[1]
  const [user, ...rest] = basic === undefined ? [] : Buffer.from(basic, 'base64').toString('utf8').split(':')
  return {
    keys: [bearer, headers.get('x-api-key')?.trim(), headers.get('x-goog-api-key')?.trim(), inUrl].filter((key): key is string => Boolean(key)),
    bearer,
    password: user === 'opencode' ? rest.join(':') : undefined,
  }
}
