import { Mesh } from '../../../client-sdk/src/mesh.js'
import { resolveOptions, type PrismeshOptions } from '../../../client-sdk/src/options.js'
import { FakeLoader } from '../player/fake-loader.js'
import { FakeWorld } from './fake-parts.js'
import { FakePlayer } from './fake-player.js'

/** A page with one player, where everything around the mesh is a fake. Made anew for each test. */
export class MeshFixture {
  readonly world = new FakeWorld()
  readonly player = new FakePlayer()
  /** Codes of the warnings heard from every mesh made here. */
  readonly warnings: string[] = []

  constructor() {
    FakeLoader.made.length = 0
  }

  readonly makeMesh = (options: Partial<PrismeshOptions> = {}): Mesh => {
    const config = resolveOptions({ tracker: 'wss://tracker.example', consent: true, ...options })
    const mesh = new Mesh(config, this.world.environment, this.world)
    mesh.emitter.on('warning', ({ code }) => void this.warnings.push(code))
    return mesh
  }

  readonly codes = (mesh: Mesh): string[] => mesh.explain().map(({ code }) => code)

  /** Loads that went to the player's own loader. */
  readonly originalLoads = (): number => FakeLoader.made.filter(({ request }) => request).length
}
