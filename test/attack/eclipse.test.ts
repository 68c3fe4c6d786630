import { isLong, tell } from './attack-report.js'
import { figuresOf, hostileIn, runUnderAttack } from './swarm-under-attack.js'

describe('attack: most of a cell is one attacker', function () {
  this.timeout(isLong ? 900_000 : 90_000)

  const ways = [
    ['change every block', { pollutingShare: 0.8 }],
    ['take requests and send nothing', { silentShare: 0.8 }],
    ['claim what they never fetch', { lyingShare: 0.8 }],
    ['do each of these, a quarter of them', { pollutingShare: 0.3, silentShare: 0.3, lyingShare: 0.3 }],
  ] as const
  // The first and the last have everything in them; `npm test` has no time for more.
  for (const [what, change] of isLong ? ways : [ways[0], ways[3]]) {
    it(`who ${what}: the CDN keeps everybody playing`, () => {
      const result = runUnderAttack(change)
      tell(
        `${hostileIn(result.options)} of ${result.options.viewers} members ${what} (simulated)`,
        figuresOf(result),
      )
    })
  }
})
