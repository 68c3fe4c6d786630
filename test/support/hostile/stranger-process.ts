/** Strangers in Node, over real WebRTC: the options of each as JSON in the arguments, what they saw as JSON on each line. */
import { WebSocket } from 'ws'
import type { WebSocketClass } from '../../../client-sdk/src/transport/web-socket.js'
import { NodeWebRtc } from '../transport/node-webrtc.js'
import { joinAsStranger, type StrangerOptions } from './stranger.js'

const wrtc = new NodeWebRtc()
const strangers = process.argv.slice(2).map((text) =>
  joinAsStranger(JSON.parse(text) as StrangerOptions, {
    wrtc,
    WebSocket: WebSocket as unknown as WebSocketClass,
  }),
)
setInterval(() => console.log(JSON.stringify(strangers)), 250)
