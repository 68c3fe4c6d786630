import { PrismeshTrackerError } from '../tracker-error.js'
import type { DialBroker } from './broker-connection.js'
import type { OpenBus } from './cluster-bus.js'
import { LastingBus } from './lasting-bus.js'
import { natsBroker } from './nats-broker.js'
import { redisBroker } from './redis-broker.js'

/** The package that speaks to the broker of a URL, by the URL's scheme. */
const packages: Readonly<Record<string, { readonly name: string; load(url: string): Promise<DialBroker> }>> =
  {
    'redis:': { name: '@redis/client', load: loadRedis },
    'rediss:': { name: '@redis/client', load: loadRedis },
    'nats:': { name: '@nats-io/transport-node', load: loadNats },
    'tls:': { name: '@nats-io/transport-node', load: loadNats },
  }

/**
 * Loads what the broker's URL asks for. The broker itself need not be there yet.
 *
 * @throws PrismeshTrackerError `invalid-options` when its package is not installed
 */
export async function openClusterBus(url: string, name: string): Promise<OpenBus> {
  const { protocol } = new URL(url)
  const wanted = packages[protocol]
  if (!wanted)
    throw new PrismeshTrackerError('invalid-options', `cluster: there is no broker for ${protocol}`)
  try {
    const dial = await wanted.load(url)
    return (self, listener) => new LastingBus(self, listener, { dial, name, random: Math.random })
  } catch (error) {
    if (!isMissing(error)) throw error
    const line = `cluster: ${protocol}// needs a package that is not installed: npm install ${wanted.name}`
    throw new PrismeshTrackerError('invalid-options', line)
  }
}

async function loadRedis(url: string): Promise<DialBroker> {
  return redisBroker(url, (await import('@redis/client')).createClient)
}

async function loadNats(url: string): Promise<DialBroker> {
  return natsBroker(url, (await import('@nats-io/transport-node')).connect)
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
}
