export const players = ['plain', 'peer', 'prismesh'] as const

/** plain: hls.js by itself; peer: p2p-media-loader. */
export type SwarmPlayer = (typeof players)[number]

export const playerNames: Readonly<Record<SwarmPlayer, string>> = {
  plain: 'plain hls.js',
  peer: 'p2p-media-loader',
  prismesh: 'Prismesh',
}
