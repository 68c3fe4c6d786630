export const players = ['plain', 'channel', 'peer', 'prismesh'] as const

/** plain: hls.js by itself; channel: beside it bare data channels, in a ring; peer: p2p-media-loader. */
export type SwarmPlayer = (typeof players)[number]

export const playerNames: Readonly<Record<SwarmPlayer, string>> = {
  plain: 'plain hls.js',
  channel: 'bare channels',
  peer: 'p2p-media-loader',
  prismesh: 'Prismesh',
}

/** Those that are compared unless others are asked for: bare channels share nothing that anyone plays. */
export const comparedPlayers: readonly SwarmPlayer[] = players.filter((player) => player !== 'channel')

/** Whether its viewers play what they have from each other. */
export function shares(player: SwarmPlayer): boolean {
  return player === 'peer' || player === 'prismesh'
}
