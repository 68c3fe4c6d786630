import type { HlsConfig } from 'hls.js'
import type { CdnPort } from '../../client-sdk/src/ports/cdn.js'
import { httpCdn } from '../../client-sdk/src/transport/http-cdn.js'
import { loaderCdn } from '../../client-sdk/src/transport/loader-cdn.js'
import { VirtualClock } from '../support/swarm/virtual-clock.js'
import { startCdnServer } from '../support/transport/cdn-server.js'
import { FakeCdn } from '../support/transport/fake-cdn.js'
import { plainLoader } from '../support/transport/plain-loader.js'
import { untilReal, untilVirtual } from '../support/transport/until.js'
import { cdnBytes, cutAfterBytes, describeCdn, type CdnRig } from './cdn-contract.js'

describeCdn('the fake', () => {
  const clock = new VirtualClock()
  const cdn = new FakeCdn(clock)
  cdn.resources.set('/whole', { bytes: cdnBytes })
  cdn.resources.set('/ignores-range', { bytes: cdnBytes, ignoresRange: true })
  cdn.resources.set('/missing', { bytes: cdnBytes, status: 404 })
  cdn.resources.set('/cut', { bytes: cdnBytes, cutAfter: cutAfterBytes })
  cdn.resources.set('/hangs', { bytes: cdnBytes, cutAfter: cutAfterBytes, hangs: true })
  return Promise.resolve({
    cdn,
    url: (path) => path,
    until: (isSo) => untilVirtual(clock, isSo),
    streams: true,
    dispose: () => Promise.resolve(),
  })
})

async function overHttp(cdn: CdnPort, streams: boolean): Promise<CdnRig> {
  const server = await startCdnServer(cdnBytes, cutAfterBytes)
  return { cdn, url: server.url, until: untilReal, streams, dispose: server.close }
}

describeCdn('fetch', () => overHttp(httpCdn(), true))

describeCdn('a loader', () =>
  overHttp(loaderCdn({ loader: plainLoader, config: {} as HlsConfig, tellsStatus: true }), false),
)
