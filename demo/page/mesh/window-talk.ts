import { readSegmentNews, type SegmentNews } from './segment-news.js'

const channelName = 'prismesh-demo-segments'

/**
 * The demo's windows in one browser tell each other where their segments came from, so that each can draw the
 * whole swarm. The SDK says nothing of the kind: members do not watch each other.
 */
export class WindowTalk {
  readonly #channel: BroadcastChannel | undefined

  constructor(handleNews: (news: SegmentNews) => void) {
    if (typeof BroadcastChannel !== 'function') return
    this.#channel = new BroadcastChannel(channelName)
    this.#channel.addEventListener('message', (event: MessageEvent<unknown>) => {
      const news = readSegmentNews(event.data)
      if (news) handleNews(news)
    })
  }

  tell(news: SegmentNews): void {
    if (news.member !== undefined) this.#channel?.postMessage(news)
  }
}
