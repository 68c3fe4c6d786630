// bittorrent-tracker's client, in a process of its own: two in one would share their connection.
//   node client.mjs <url> <info hash, hex> <peer id, hex>
// Writes a line of JSON for each thing that happens. Reads words, one a line: scrape, complete, update, stop.
import { register } from 'node:module'
import process from 'node:process'
import { createInterface } from 'node:readline'

register('./webrtc-hook.mjs', import.meta.url)
const { default: Client } = await import('bittorrent-tracker/client')

const [url, infoHash, peerId] = process.argv.slice(2)
const tell = (event, value = {}) => console.log(JSON.stringify({ event, ...value }))

const client = new Client({ infoHash, peerId, announce: [url], port: 6881, rtcConfig: { iceServers: [] } })
client.on('error', (error) => tell('error', { message: error.message }))
client.on('warning', (error) => tell('warning', { message: error.message }))
client.on('update', ({ complete, incomplete, interval }) =>
  tell('update', { complete, incomplete, interval }),
)
client.on('scrape', ({ complete, incomplete, downloaded }) =>
  tell('scrape', { complete, incomplete, downloaded }),
)
client.on('peer', (peer) => {
  peer.on('error', () => {})
  peer.on('connect', () => {
    tell('connect', { peer: peer.id })
    peer.send(`from ${peerId}`)
  })
  peer.on('data', (data) => tell('data', { text: new TextDecoder().decode(data) }))
})
client.start()

createInterface({ input: process.stdin }).on('line', (word) => {
  if (word === 'stop') client.stop()
  else if (word === 'complete') client.complete({ left: 0 })
  else client[word]()
})
