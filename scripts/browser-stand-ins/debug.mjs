// Stands in for `debug`: bittorrent-protocol logs every message through it, and the SDK has its own log.
const ignore = () => {}

export default function createDebug() {
  return ignore
}
