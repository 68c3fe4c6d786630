import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { planNetwork } from '../../bench/swarm/network/network-plan.js'

describe('the plan of a network', () => {
  const plan = planNetwork('bench', [1500, 3000])
  const lines = plan.commands.map((command) => command.join(' '))

  it('gives everyone a namespace and an address', () => {
    const everyone = [plan.hub, ...plan.viewers]
    deepEqual(
      lines.filter((line) => line.startsWith('ip netns add')),
      everyone.map(({ namespace }) => `ip netns add ${namespace}`),
    )
    equal(new Set(everyone.map(({ address }) => address)).size, 3)
    for (const { namespace, address } of everyone) {
      equal(lines.filter((line) => line.startsWith(`ip -n ${namespace} addr add ${address}/24`)).length, 1)
    }
  })

  it('limits every uplink, at the end where it leaves the viewer, and nothing else', () => {
    deepEqual(
      lines.filter((line) => line.startsWith('tc')),
      [
        'tc -n bench-0 qdisc add dev uplink root tbf rate 1500kbit burst 24kb latency 400ms',
        'tc -n bench-1 qdisc add dev uplink root tbf rate 3000kbit burst 24kb latency 400ms',
      ],
    )
  })

  it('refuses more viewers than it has addresses', () => {
    throws(() => planNetwork('bench', Array<number>(241).fill(1500)), /at most 240 viewers/)
  })
})
