import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { createOrigin, type Origin } from '../../../demo/origin/create-origin.js'
import { startTracker } from '../../../tracker/src/server/start-tracker.js'
import { launchChromium, type LaunchedChromium } from '../../support/browser/launch-chromium.js'
import { servePages, type PageServer } from '../../support/browser/page-server.js'
import { viewerAddress, type ViewerAddress } from '../../support/browser/viewer-address.js'
import { witnessOf } from '../../support/witness-of-origin.js'
import type { Integrity } from '../integrity.js'
import { processTreeUsage, type ProcessUsage } from '../process-usage.js'
import { channelFiles, channelPagePath, RingSignals } from './channel-ring.js'
import { DistantLinks } from './distant-links.js'
import type { NetworkPlan } from './network/network-plan.js'
import { peerFiles, peerPagePath, startPeerTracker, type PeerConfiguration } from './peer-package.js'
import type { SwarmShape } from './shapes.js'
import type { SwarmPlayer } from './swarm-player.js'

export interface SwarmRigOptions {
  readonly shape: SwarmShape
  readonly player: SwarmPlayer
  readonly peer: PeerConfiguration
  readonly integrity: Integrity
  readonly sparsePictures: boolean
  /** Where this process runs in the hub's namespace; without, all is on the loopback. */
  readonly network: NetworkPlan | undefined
}

const pagePaths: Readonly<Record<SwarmPlayer, string>> = {
  plain: '',
  channel: channelPagePath,
  peer: peerPagePath,
  prismesh: '',
}

/** A fresh origin and tracker, and one Chromium for all viewers or, in a network, one for each. */
export class SwarmRig {
  private opened = 0
  private readonly ring = new RingSignals()

  private constructor(
    private readonly options: SwarmRigOptions,
    readonly origin: Origin,
    private readonly tracker: { readonly url: string; close(): Promise<void> },
    private readonly server: PageServer,
    private readonly chromiums: readonly LaunchedChromium[],
    private readonly distance: DistantLinks | undefined,
  ) {}

  static async start(options: SwarmRigOptions): Promise<SwarmRig> {
    const { shape, player, network, integrity, sparsePictures } = options
    const host = network?.hub.address ?? '127.0.0.1'
    const { segmentSeconds, windowSegments, ladder } = shape
    const paddedLadder = [...ladder]
    const origin = await createOrigin({
      host,
      segmentSeconds,
      windowSegments,
      paddedLadder,
      sparsePictures,
      listedSegments: 7200,
    })
    const witness = integrity === 'off' ? {} : witnessOf(origin.streamUrl)
    const [tracker, server] = await Promise.all([
      player === 'peer'
        ? startPeerTracker(host)
        : startTracker({ host, port: 0, open: true, quiet: true, ...witness }),
      servePages({ host, files: { ...peerFiles, ...channelFiles } }),
    ])
    origin.setFaults({ latencyMs: shape.originLatencyMs })
    // Away from the loopback a page over http is no secure context, and has no `crypto.subtle`.
    const args = [`--unsafely-treat-insecure-origin-as-secure=${server.url}`]
    const chromiums =
      network === undefined
        ? [await launchChromium()]
        : await Promise.all(network.viewers.map(({ namespace }) => launchInside(namespace, args)))
    const { roundTripMs } = shape
    const distance = roundTripMs === undefined ? undefined : new DistantLinks(roundTripMs)
    return new SwarmRig(options, origin, tracker, server, chromiums, distance)
  }

  /** Opens the page of one more viewer, which starts to play when `start` is called in it. */
  async open(): Promise<Page> {
    const { shape, player } = this.options
    const index = this.opened++
    const page = await this.chromium(index).browser.newPage()
    const address = viewerAddress(this.server.url + pagePaths[player], {
      stream: this.origin.streamUrl,
      tracker: this.tracker.url,
      start: 'manual',
      ...this.playerOptions(index),
      ...(shape.ladder.length > 1 ? { level: index % shape.ladder.length } : {}),
    })
    await this.distance?.apply(page)
    if (player === 'channel') await this.ring.add(page)
    await page.goto(address)
    await page.waitForFunction(() => 'viewer' in window)
    return page
  }

  /** Of all Chromiums' processes. */
  usage(): ProcessUsage {
    const all = this.chromiums.map(({ pid }) => processTreeUsage(pid))
    return {
      cpuSeconds: all.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
      memoryBytes: all.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.chromiums.map((chromium) => chromium.close()))
    this.distance?.close()
    await Promise.all([this.origin.close(), this.tracker.close(), this.server.close()])
  }

  private playerOptions(index: number): Pick<ViewerAddress, 'mode' | 'hls' | 'options'> {
    const { shape, player, peer, integrity } = this.options
    switch (player) {
      case 'plain':
        return { mode: 'plain' }
      case 'channel':
        return { options: { index, viewers: shape.viewers } }
      case 'peer':
        return { hls: peer.hls, options: { stream: peer.stream } }
      case 'prismesh':
        return { options: { integrity } }
    }
  }

  private chromium(index: number): LaunchedChromium {
    const chromium = this.chromiums[index % this.chromiums.length]
    if (chromium === undefined) throw new Error('the rig has no Chromium')
    return chromium
  }
}

/** `ip netns exec` becomes the program it is given, so process and pipes are Chromium's own. */
async function launchInside(namespace: string, args: readonly string[]): Promise<LaunchedChromium> {
  const folder = await mkdtemp(join(tmpdir(), 'prismesh-bench-'))
  try {
    return await launchChromium({
      args,
      wrap: async (executable) => {
        const wrapper = join(folder, 'chromium')
        const text = `#!/bin/sh\nexec ip netns exec ${namespace} '${executable}' "$@"\n`
        await writeFile(wrapper, text, { mode: 0o755 })
        return wrapper
      },
    })
  } finally {
    await rm(folder, { recursive: true })
  }
}
