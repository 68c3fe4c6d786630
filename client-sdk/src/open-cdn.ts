import type { HlsPlayer } from './player/hls-player.js'
import { findFragment } from './player/find-fragment.js'
import type { LoaderClass } from './player/loader-contract.js'
import type { CdnPort } from './ports/cdn.js'
import { httpCdn } from './transport/http-cdn.js'
import { loaderCdn, type LoaderCdnOptions } from './transport/loader-cdn.js'

/**
 * The way to the CDN that the site's own settings ask for. With hls.js's default loader untouched that is plain
 * `fetch`, which gives out bytes as they come. A site that signs requests in `xhrSetup`, or brings its own loader,
 * keeps that: its loader fetches for the engine as well.
 */
export function openCdn(player: HlsPlayer, original: LoaderClass): CdnPort {
  const isDefault = original === defaultLoader(player)
  if (isDefault && !player.config.xhrSetup) return httpCdn()
  return loaderCdn({
    loader: original as unknown as LoaderCdnOptions['loader'],
    config: player.config as unknown as LoaderCdnOptions['config'],
    tellsStatus: isDefault,
    describe: ({ source }) => ({
      type: 'media-fragment',
      frag: findFragment(player, source.url) ?? null,
      part: null,
    }),
  })
}

/** hls.js's own loader class, which its constructor's static `DefaultConfig` names. */
function defaultLoader(player: HlsPlayer): unknown {
  const { DefaultConfig } = player.constructor as { DefaultConfig?: { loader?: unknown } }
  return DefaultConfig?.loader
}
