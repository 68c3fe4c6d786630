/** Measures one run in a process of its own: in the hub's namespace, where there is a network. */
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { makeNetwork, namespacePrefix, removeNamespaces } from './network/namespaces.js'
import { planNetwork } from './network/network-plan.js'
import type { SwarmRun } from './measure-swarm.js'
import { uplinkOf, type SwarmFigures } from './swarm-figures.js'

const childFile = fileURLToPath(new URL('run-child.js', import.meta.url))

/** Time for a child that was told to end to do so. */
const endGraceMs = 5000

/** @throws Error with what the child said, or with the command that making the network failed at */
export async function runInChild(run: Omit<SwarmRun, 'network'>, signal: AbortSignal): Promise<SwarmFigures> {
  signal.throwIfAborted()
  const { shape } = run
  if (shape.uplinksKbits === undefined) return measure({ ...run, network: undefined }, signal)
  const uplinks = Array.from({ length: shape.viewers }, (_, index) => uplinkOf(shape, index) ?? 0)
  const network = planNetwork(namespacePrefix, uplinks)
  removeNamespaces()
  makeNetwork(network)
  try {
    return await measure({ ...run, network }, signal)
  } finally {
    removeNamespaces()
  }
}

async function measure(run: SwarmRun, signal: AbortSignal): Promise<SwarmFigures> {
  const child = forkInside(run.network?.hub.namespace)
  const stop = (): void => void end(child)
  signal.addEventListener('abort', stop)
  try {
    return await new Promise((resolve, reject) => {
      let answer: ChildAnswer | undefined
      child.once('message', (message) => (answer = message as ChildAnswer))
      child.once('error', reject)
      child.once('exit', (code, killedBy) => {
        if (answer?.figures !== undefined) resolve(answer.figures)
        else if (signal.aborted) reject(signal.reason as Error)
        else reject(new Error(answer?.error ?? `the run ended with ${killedBy ?? code}`))
      })
      child.send(run)
    })
  } finally {
    signal.removeEventListener('abort', stop)
    await end(child)
  }
}

/** What the child sends. Numbers that JSON has no word for arrive too: the advanced serialization keeps them. */
export interface ChildAnswer {
  readonly figures?: SwarmFigures
  readonly error?: string
}

function forkInside(namespace: string | undefined): ChildProcess {
  const inside =
    namespace === undefined
      ? {}
      : { execPath: 'ip', execArgv: ['netns', 'exec', namespace, process.execPath] }
  // A process group of its own: Ctrl-C reaches this process, which ends the child in order.
  return fork(childFile, { ...inside, serialization: 'advanced', detached: true })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), endGraceMs)
  await gone
  clearTimeout(timer)
}
