import type { ConfigKey } from './config-schema.js'

/** Why each option has the default and the range that it has: the last column of docs/configuration.md. */
export const configReasons: Readonly<Record<ConfigKey, string>> = {
  host: 'Only this machine, until somebody means it: a proxy with TLS usually stands in front.',
  port: 'Not taken by anything well known. Below 1024 the system asks for rights that a tracker should not have.',
  open: 'Whoever may join learns addresses of viewers, so that nobody opens a tracker by leaving something out.',
  tokenKeys: 'A key that is in no file of ours cannot be in two trackers by mistake.',
  region: 'Tokens that name no region are good everywhere.',
  allowOrigin:
    'With tokens, the token names the origin. Without, the list is all that keeps foreign sites out.',
  trustedProxy:
    'A header that anybody can send must not change whom the limits count, unless you say whose it is.',
  proxyHeader: 'What nginx, HAProxy and most balancers write.',
  geoDatabase:
    'Without one, the network of an address says what is near; the project may not give databases away.',
  subnetSites: 'Only the operator knows which networks are one campus, office or depot.',
  tlsCert: 'A proxy does TLS at less cost: 1.3 ms and 32 KB for each connection here.',
  tlsKey: 'One needs the other.',
  secret:
    'Drawn at the start where it is left out. Members keep their place over a restart only if it stays. 16 characters are the least that cannot be tried out.',
  witness: 'What is fetched is for the operator to say, never for a member: without a rule it is nothing.',
  witnessAllowPrivate:
    'A rule that leads inside by mistake, or by a changed name, must not show what is there.',
  witnessKeys:
    'A digest by the publisher is right even where the CDN is not. Without keys the witness goes by what the CDN gives it.',
  witnessStreamsMax:
    'Each costs a copy of every segment of its renditions in use, and some looks at the playlists.',
  witnessBytesPerSecond: 'A small server has 1 Gbit/s, which is 100 streams of 8 Mbit/s.',
  cluster: 'One process needs nothing but itself.',
  clusterName: 'It begins every subject, so letters and digits that all brokers take.',
  publicUrl: 'A process behind a balancer cannot know under what name it is reached.',
  clusterHeartbeatMs:
    'A dead process is found in 7 s, before its members have all come back; 60 processes make 30 messages a second for each.',
  thinMembersMax:
    'Half of a cell: two parts of so many fit into one, and the CDN sends one copy instead of two.',
  logLevel: 'One line for each step in the life of the process. A line for each viewer is `debug`.',
  membersMax:
    'A viewer takes 8 KB and its share of messages; 20,000 are what one core of a small server carries. The most is what an address space of connections bears.',
  connectionsMax: 'A tenth more than membersMax, for those who are joining or being refused.',
  streamsMax: 'A stream with members takes 2 KB more; 2000 streams of ten are membersMax.',
  streamsListedMax:
    'A document of 100 streams is some 60 KB; whoever polls it gets it twice a second at most.',
  metricsStreamsMax:
    'Each stream is a time series for each of five metrics, kept by Prometheus for weeks. 0 leaves names of streams out.',
  operatorTokenFile: 'Without a token nobody can switch anything off, and the console is not there.',
  policyFile: 'Without it, a restart forgets the kill switch.',
  connectionsPerAddressMax:
    'A school, an office or a mobile network may be one address: room for a thousand.',
  connectionsPerTokenMax: 'A token that was passed around serves a hundred and no more.',
  joinsPerMinutePerAddress: 'All who share an address may come within a minute, when a match begins.',
  joinsPerMinutePerToken: 'As many as may be connected with it.',
  introductionsPerMinutePerAddress:
    'Each shows an address to somebody, so one who comes again and again must be slow: three for each of a thousand viewers who join at once, who are introduced to each other most of all, and so count for two.',
  introductionsPerMinutePerToken: 'A member needs eight to begin with, and one whenever a neighbour leaves.',
  signalBytesPerMinutePerAddress:
    'A link costs 5 KB of signals: eight for each of a thousand viewers, and as much again.',
  signalBytesPerMinutePerToken: 'Eight links, of 5 KB of signals, for each of a hundred, and as much again.',
  joinTimeoutMs:
    'Over the slowest of mobile networks a join takes 5 s; a socket without one must not be held.',
  cellMembersMax:
    'Larger cells mean fewer copies from the CDN. Clients take no larger ones, and hear of each change in theirs.',
  p2pViewersMin:
    'Every viewer beyond the first saves a copy. Where few watch, some operators spare them the links.',
  rosterDelayMs:
    'Nobody misses a member for so short a time, and a flash crowd makes one message of hundreds. It grows while very many come.',
  reportIntervalMs: 'A tenth of a message per second and viewer. Figures of late are of about a minute.',
  messageBurst: 'What a member sends when it joins a full cell and links to sixteen at once, and some more.',
  messagesPerSecond: 'A member in trouble sends five.',
  heartbeatMs: 'Home routers forget a connection that was silent for 30 s.',
  bufferedBytesMax: 'Two hundred rosters: who has not read those is not there any more.',
  loopDelayMaxMs:
    'Signals wait as long as the event loop is late: a fifth of a second is not noticed while a link is made, which takes one or two.',
  webtorrent: 'Nobody is asked for a token there, so it must be meant.',
  webtorrentConnectionsMax: 'Each takes about 10 KB; one more is closed with 1013.',
  webtorrentSwarmsMax:
    'Each takes 1 KB, and its name is whatever a client says: made-up names must fill no memory.',
  webtorrentSwarmsPerConnectionMax:
    'A page of p2p-media-loader is in a swarm for each rendition, one of WebTorrent in one for each torrent.',
  webtorrentPeersPerSwarmMax:
    'As many as there are connections: to draw peers costs the same in a swarm of any size. One more gets a failure.',
  webtorrentOffersPerAnnounceMax:
    "Clients make 5, older ones 10; more are not passed on. Twice as many of a peer's newest may be answered.",
  webtorrentOffersPerMinute:
    "Each makes somebody else's browser answer: sixty announces with five offers, or a page that opens sixty torrents.",
  webtorrentOffersPerMinutePerAddress:
    'A school of a thousand viewers in three swarms each makes 7,500 in a minute, and more when a match begins.',
  webtorrentMessageBytesMax:
    'Ten offers with all their candidates are 20 to 40 KB; above it the connection closes with 1009.',
  webtorrentMessageBurst: 'Twelve swarms joined at once, each with five offers to answer and as much again.',
  webtorrentMessagesPerSecond:
    'Many times what answering takes. What is above it is not read, and the fifth time the connection closes with 1008.',
  webtorrentIntervalSeconds:
    'What other trackers ask for. Each announce makes new links, which is what costs.',
}
