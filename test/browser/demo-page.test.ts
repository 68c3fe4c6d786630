import assert from 'node:assert/strict'
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright'
import { launchDemo, type Demo } from '../../demo/start/launch.js'
import { launchChromium, type LaunchedChromium } from '../support/browser/launch-chromium.js'

/** Room for a first segment, a link and a report on a busy machine. */
const timeout = 30_000

describe('the demo page', function () {
  this.timeout(120_000)

  const closers: (() => Promise<void>)[] = []
  let demo: Demo
  let chromium: LaunchedChromium
  let contexts: BrowserContext[] = []

  before(async () => {
    demo = await launchDemo(
      {
        proxy: false,
        ffmpeg: false,
        viewers: 0,
        host: '127.0.0.1',
        pagePort: 0,
        originPort: 0,
        trackerPort: 0,
        segmentSeconds: 2,
        window: 6,
        oneRendition: true,
      },
      closers,
      (line) => assert.fail(line),
    )
    chromium = await launchChromium()
  })

  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()))
    contexts = []
  })

  after(async () => {
    await chromium?.close()
    for (const close of closers.reverse()) await close()
  })

  /** Opens the page in a browser session of its own; `config` replaces values of config.json. */
  async function open(
    query = '',
    options: BrowserContextOptions = {},
    config?: Readonly<Record<string, unknown>>,
  ): Promise<Page> {
    const context = await chromium.browser.newContext(options)
    contexts.push(context)
    await context.addInitScript(countConnections)
    const page = await context.newPage()
    page.setDefaultTimeout(timeout)
    if (config) {
      await page.route('**/config.json', async (route) => {
        const answer = await route.fetch()
        await route.fulfill({ json: { ...((await answer.json()) as object), ...config } })
      })
    }
    await page.goto(demo.pageUrl + query)
    return page
  }

  it('asks before anything is shared, and plays meanwhile', async () => {
    const page = await open()
    await page.getByRole('dialog', { name: /^Share this video/ }).waitFor()
    await untilPlaying(page)
    assert.equal(await stateOf(page), 'asking')
    assert.deepEqual(await connectionsOf(page), { peers: 0, sockets: 0 })
  })

  it('takes Escape for a no, and plays on without sharing', async () => {
    const page = await open()
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await untilState(page, 'declined')
    await untilPlaying(page)
    assert.equal(await page.getByRole('dialog').isVisible(), false)
    assert.deepEqual(await connectionsOf(page), { peers: 0, sockets: 0 })
  })

  it('keeps the focus in the question, and takes Enter on its button for a yes', async () => {
    const page = await open()
    await page.getByRole('dialog').waitFor()
    const visited: string[] = []
    for (let press = 0; press < 4; press += 1) {
      visited.push(await focusedId(page))
      await page.keyboard.press('Tab')
    }
    assert.deepEqual(visited, ['title', 'refuse', 'agree', 'refuse'])
    await page.keyboard.press('Enter')
    await untilState(page, 'alone')
  })

  it('leads the keyboard through the page in its order, with the focus in sight', async () => {
    const page = await open('?consent=no')
    await untilState(page, 'declined')
    const visited: string[] = []
    for (let press = 0; press < 30 && !visited.includes('kill-switch'); press += 1) {
      await page.keyboard.press('Tab')
      visited.push(await focusedId(page))
      // The native controls of the video draw their own focus.
      if (visited.at(-1) === 'video') continue
      const outline = await page.evaluate(
        () => getComputedStyle(document.activeElement ?? document.body).outlineStyle,
      )
      assert.notEqual(outline, 'none', `the focus on ${visited.at(-1)} shows`)
    }
    const own = visited.filter((id, index) => id !== '' && id !== 'video' && visited.indexOf(id) === index)
    assert.deepEqual(own, [
      'theme-toggle',
      'consent-toggle',
      'open-viewer',
      'unmute',
      'fault-latency',
      'fault-share',
      'fault-rate',
      'fault-off',
      'fault-heal',
      'kill-switch',
    ])
  })

  it('links two viewers, shows who gives, and ends it with one click', async () => {
    const first = await open('?consent=yes&viewer=first')
    const second = await open('?consent=yes&viewer=second')
    await Promise.all([untilState(first, 'sharing'), untilState(second, 'sharing')])
    // One of two may fetch all that the other one takes of it, and have taken nothing itself.
    const takes = () => {
      const words = document.getElementById('sum-peers')?.textContent ?? ''
      return /[1-9].* [kM]B/.test(words)
    }
    await Promise.any([first.waitForFunction(takes), second.waitForFunction(takes)])
    assert.match((await second.locator('.picture svg').getAttribute('aria-label')) ?? '', /^Linked with 1\./)
    assert.equal(await second.locator('#link-rows tr').count(), 1)

    await second.getByRole('button', { name: 'Stop sharing' }).click()
    await Promise.all([untilState(second, 'declined'), untilState(first, 'alone')])
    await untilPlaying(second)
  })

  it('says in words that the CDN fails, and that it is well again', async () => {
    const page = await open('?consent=yes')
    await untilPlaying(page)
    await page.getByRole('switch', { name: 'CDN switched off' }).click()
    await untilState(page, 'cdn-failing')
    const words = await page.locator('#trouble').textContent()
    assert.match(words ?? '', /^The CDN .*503/)
    await page.getByRole('button', { name: 'Heal it' }).click()
    await untilState(page, 'alone')
    await untilPlaying(page)
    assert.equal(await page.locator('#faults-state').textContent(), 'It is healthy')
  })

  it('plays plain hls.js when switched off, and shares again when switched on', async () => {
    const page = await open('?consent=yes')
    await untilState(page, 'alone')
    const toggle = page.getByRole('switch', { name: /^Prismesh/ })
    await toggle.click()
    await untilState(page, 'off')
    await untilPlaying(page)
    await toggle.click()
    await untilState(page, 'alone')
    await untilPlaying(page)
  })

  it('plays when the SDK refuses to start', async () => {
    const page = await open('?consent=yes', {}, { tracker: 'http://not-a-tracker' })
    await untilState(page, 'sdk-failed')
    await untilPlaying(page)
  })

  it('plays when the tracker is away, and says so', async () => {
    // Port 9, "discard": nobody listens there.
    const page = await open('?consent=yes', {}, { tracker: 'ws://127.0.0.1:9' })
    await untilState(page, 'tracker-lost')
    await untilPlaying(page)
    await page.getByText('tracker-unreachable').waitFor()
  })

  it('does without the origin’s figures and faults', async () => {
    const page = await open('?consent=no', {}, { originStats: undefined, faults: undefined })
    await untilState(page, 'declined')
    assert.equal(await page.locator('#faults').isVisible(), false)
    assert.match((await page.locator('#copies-words').textContent()) ?? '', /not available/)
  })

  for (const width of [1280, 820, 390]) {
    it(`fits into ${width} pixels`, async () => {
      const page = await open('', { viewport: { width, height: 844 } })
      await page.getByRole('dialog').waitFor()
      assert.equal(await overflowOf(page), 0)
      await page.keyboard.press('Escape')
      await untilState(page, 'declined')
      assert.equal(await overflowOf(page), 0)
    })
  }

  it('names everything for those who cannot see it', async () => {
    const page = await open('?consent=no')
    await untilState(page, 'declined')
    const report = await page.evaluate(inspectNames)
    assert.deepEqual(report.nameless, [])
    assert.deepEqual(report.duplicateIds, [])
    assert.equal(report.headings[0], 'H1')
    assert.equal(report.headings.filter((name) => name === 'H1').length, 1)
    assert.ok(report.controls >= 10, `only ${report.controls} controls were looked at`)
    assert.equal(await page.locator('html').getAttribute('lang'), 'en')
    assert.equal(await page.getByRole('main').count(), 1)
    assert.equal(await page.locator('#status-headline').getAttribute('aria-live'), 'polite')
  })

  for (const colorScheme of ['dark', 'light'] as const) {
    it(`has enough contrast in the ${colorScheme} theme`, async () => {
      const page = await open('?consent=yes', { colorScheme })
      await untilState(page, 'alone')
      const report = await page.evaluate(inspectContrast)
      assert.deepEqual(report.faint, [])
      assert.ok(report.texts >= 40, `only ${report.texts} texts were looked at`)
    })
  }

  it('moves nothing for those who asked for that', async () => {
    const page = await open('?consent=no', { reducedMotion: 'reduce' })
    await untilPlaying(page)
    const canvas = await page.evaluate(() => {
      const element = document.querySelector<HTMLCanvasElement>('.picture canvas')
      const { width = 0, height = 0 } = element ?? {}
      const pixels = width > 0 ? element?.getContext('2d')?.getImageData(0, 0, width, height).data : undefined
      return { width, drawn: pixels?.some((value) => value > 0) }
    })
    assert.ok(canvas.width > 0)
    assert.equal(canvas.drawn, false)
  })
})

interface Connections {
  peers: number
  sockets: number
}

/** Runs in the page before its scripts: counts what would tell others of this viewer. */
function countConnections(): void {
  const counts: Connections = { peers: 0, sockets: 0 }
  Object.assign(globalThis, { connectionCounts: counts })
  const counted = <Target extends new (...args: never[]) => object>(
    target: Target,
    name: keyof Connections,
  ) =>
    new Proxy(target, {
      construct(original, args: never[]) {
        counts[name] += 1
        return new original(...args)
      },
    })
  globalThis.RTCPeerConnection = counted(globalThis.RTCPeerConnection, 'peers')
  globalThis.WebSocket = counted(globalThis.WebSocket, 'sockets')
}

function connectionsOf(page: Page): Promise<Connections> {
  return page.evaluate(() => (globalThis as unknown as { connectionCounts: Connections }).connectionCounts)
}

async function stateOf(page: Page): Promise<string | null> {
  return page.locator('#status').getAttribute('data-state')
}

async function untilState(page: Page, state: string): Promise<void> {
  await page.locator(`#status[data-state="${state}"]`).waitFor()
}

/** Until the picture has moved on by a second: what had been buffered before is not enough to say that it plays. */
async function untilPlaying(page: Page): Promise<void> {
  const from = await page.evaluate(() => document.querySelector('video')?.currentTime ?? 0)
  await page.waitForFunction((start) => {
    const video = document.querySelector('video')
    return video !== null && !video.paused && Math.abs(video.currentTime - start) > 1 && video.readyState >= 3
  }, from)
}

function focusedId(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { activeElement } = document
    return (activeElement?.shadowRoot?.activeElement ?? activeElement)?.id ?? ''
  })
}

function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
}

/** Runs in the page. */
function inspectNames(): {
  nameless: string[]
  duplicateIds: string[]
  headings: string[]
  controls: number
} {
  const referenced = (element: Element): string =>
    (element.getAttribute('aria-labelledby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '')
      .join('')
  const labelled = (element: Element): string =>
    element instanceof HTMLInputElement
      ? [...(element.labels ?? [])].map((label) => label.textContent).join('')
      : ''
  const nameOf = (element: Element): string =>
    [element.getAttribute('aria-label'), referenced(element), labelled(element), element.textContent]
      .join('')
      .trim()
  const named = [
    ...document.querySelectorAll('button, a, input, video, dialog, section, nav, [role=img], summary'),
  ]
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id)
  return {
    nameless: named
      .filter((element) => nameOf(element) === '')
      .map((element) => element.outerHTML.slice(0, 80)),
    duplicateIds: ids.filter((id, index) => ids.indexOf(id) !== index),
    headings: [...document.querySelectorAll('h1, h2, h3')].map((element) => element.tagName),
    controls: document.querySelectorAll('button, a, input').length,
  }
}

/** Runs in the page: WCAG AA for text, 4.5 to 1, or 3 to 1 from 24 px, against the colour painted behind it. */
function inspectContrast(): { faint: string[]; texts: number } {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  const channels = (colour: string): number[] => {
    if (!context) return []
    context.clearRect(0, 0, 1, 1)
    context.fillStyle = colour
    context.fillRect(0, 0, 1, 1)
    return [...context.getImageData(0, 0, 1, 1).data]
  }
  const luminance = (colour: number[]): number => {
    const [red = 0, green = 0, blue = 0] = colour
      .slice(0, 3)
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const behind = (element: Element | null): number[] => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor)
      if ((colour[3] ?? 0) > 200) return colour
    }
    return channels('white')
  }
  const faint: string[] = []
  let texts = 0
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim())
    if (!own || !element.checkVisibility() || element.closest('.uplot, .unseen, .skip')) continue
    const style = getComputedStyle(element)
    const text = luminance(channels(element instanceof SVGElement ? style.fill : style.color))
    const ground = luminance(behind(element))
    const ratio = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05)
    texts += 1
    if (ratio >= (Number.parseFloat(style.fontSize) >= 24 ? 3 : 4.5)) continue
    faint.push(`${ratio.toFixed(2)} "${element.textContent?.trim().slice(0, 40)}"`)
  }
  return { faint, texts }
}
