import { fileURLToPath } from 'node:url'
import { startChild, type Child } from '../fleet/child.js'
import type { Stranger, StrangerOptions } from './stranger.js'

const script = fileURLToPath(new URL('./stranger-process.js', import.meta.url))

/** Strangers in a Node process of their own: what they do to WebRTC there must not end the tests. */
export class NodeStrangers {
  private constructor(private readonly child: Child) {}

  static async start(strangers: readonly StrangerOptions[]): Promise<NodeStrangers> {
    const args = strangers.map((options) => JSON.stringify(options))
    return new NodeStrangers(await startChild(process.execPath, [script, ...args]))
  }

  /** What they saw so far, in the order of their options; nothing before the first line. */
  seen(): readonly Stranger[] {
    const line = this.child
      .output()
      .split('\n')
      .slice(0, -1)
      .findLast((text) => text.startsWith('['))
    return line === undefined ? [] : (JSON.parse(line) as Stranger[])
  }

  /** All that the process wrote, for the message of a test that fails. */
  output(): string {
    return this.child.output().slice(-2000)
  }

  close(): Promise<void> {
    return this.child.kill()
  }
}
