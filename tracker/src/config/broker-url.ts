/** Whether a text is the URL of a broker that a fleet can share: Redis or NATS, with or without TLS. */
export function isBrokerUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && url.hostname !== '' && /^(?:rediss?|nats|tls):$/.test(url.protocol)
}

/** Whether a text is a URL that members can connect to. */
export function isPublicUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && text.length <= 2048 && /^wss?:$/.test(url.protocol) && url.username === ''
}
