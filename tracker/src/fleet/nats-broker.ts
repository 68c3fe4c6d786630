import type { connect } from '@nats-io/transport-node'
import type { DialBroker } from './broker-connection.js'

type Connect = typeof connect

const connectTimeoutMs = 5000
/** How often a silent server is pinged; after two pings without an answer the connection ends. */
const pingIntervalMs = 5000
const pingsUnansweredMax = 2

/** NATS core: at most once. Callbacks, since iterators would keep what is not read yet without a limit. */
export function natsBroker(url: string, open: Connect): DialBroker {
  return async (subjects, events) => {
    const connection = await open({
      servers: url,
      ...credentialsIn(url),
      timeout: connectTimeoutMs,
      reconnect: false,
      pingInterval: pingIntervalMs,
      maxPingOut: pingsUnansweredMax,
    })
    let destroyed = false
    void connection.closed().then(() => {
      if (!destroyed) events.ended()
    })
    for (const subject of subjects) {
      connection.subscribe(subject, {
        callback: (error, message) => {
          if (error === null) events.received(message.string())
        },
      })
    }
    // An answer to this ping means that the subscriptions before it are in force.
    await connection.flush()
    return {
      publish: (subject, text) => {
        if (!connection.isClosed()) connection.publish(subject, text)
      },
      destroy: () => {
        destroyed = true
        connection.close().catch(() => undefined)
      },
    }
  }
}

/** The client does not take them from the URL. */
function credentialsIn(url: string): { user?: string; pass?: string; token?: string } {
  const { username, password } = new URL(url)
  if (username === '') return {}
  const name = decodeURIComponent(username)
  return password === '' ? { token: name } : { user: name, pass: decodeURIComponent(password) }
}
