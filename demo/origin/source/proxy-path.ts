/** Where the origin passes a foreign URL through: `/source/https/host:port/path?query`. */
export function proxyPath(url: URL): string {
  return `/source/${url.protocol.slice(0, -1)}/${url.host}${url.pathname}${url.search}`
}

/** The URL that a path below `/source/` stands for; nothing unless it is http or https. */
export function proxiedUrl(path: string, search: string): URL | undefined {
  const [, scheme, host, rest] = /^(https?)\/([^/@]+)\/(.*)$/.exec(path) ?? []
  if (!scheme || !host) return undefined
  const text = `${scheme}://${host}/${rest ?? ''}${search}`
  return URL.canParse(text) ? new URL(text) : undefined
}
