/** The pages that a client lets the bridge's tools look at; without a scheme, `docs.example.com` or `example.com/blog`. */
export interface WebDomains {
  /** Only pages of these, or of those below them. */
  allowedDomains?: readonly string[]
  blockedDomains?: readonly string[]
}

/** Whether the page at an address is one of those. */
export function isOfDomains(page: string, { allowedDomains, blockedDomains }: WebDomains): boolean {
  if (!URL.canParse(page)) return false
  const { hostname, pathname } = new URL(page)
  const isOf = (domain: string) => {
    const [host = '', ...path] = domain.toLowerCase().split('/')
    const below = `/${path.join('/')}`.replace(/\/$/, '')
    return (hostname === host || hostname.endsWith(`.${host}`)) && (below === '' || `${pathname}/`.startsWith(`${below}/`))
  }
  return (allowedDomains === undefined || allowedDomains.some(isOf)) && !(blockedDomains ?? []).some(isOf)
}
