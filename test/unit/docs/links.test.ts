import { deepEqual, equal, ok } from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, it } from 'mocha'
import { proseOf, readPage, readPages, root, type Page } from './markdown.js'

const linksMin = 150
const anchorsMin = 60
const imageBytesMax = 300 * 1024

interface DocLink {
  readonly from: string
  readonly target: string
}

describe('links in the documentation', () => {
  const pages = readPages()
  const links = pages.flatMap(linksOf)
  const local = links.filter(({ target }) => !/^[a-z]+:/.test(target))

  it(`are seen: ${local.length} within the project on ${pages.length} pages`, () => {
    ok(pages.length >= 12, `${pages.length} pages`)
    ok(local.length >= linksMin, `${local.length} links, expected at least ${linksMin}`)
    const anchors = local.filter(({ target }) => target.includes('#'))
    ok(anchors.length >= anchorsMin, `${anchors.length} anchors, expected at least ${anchorsMin}`)
  })

  it('lead to files and sections that exist', () => {
    deepEqual(
      local.filter((link) => !resolves(link)).map(({ from, target }) => `${from}: ${target}`),
      [],
    )
  })

  it('lead outside over https', () => {
    const outside = links.filter(({ target }) => /^[a-z]+:/.test(target))
    ok(outside.length >= 3)
    deepEqual(
      outside.filter(({ target }) => !target.startsWith('https://')),
      [],
    )
  })

  it('reach every page in docs/ from the README', () => {
    const named = linksOf(readPage('README.md')).map(({ target }) => target)
    const missing = pages.filter(({ path }) => path.startsWith('docs/') && !named.includes(path))
    deepEqual(
      missing.map(({ path }) => path),
      [],
    )
  })

  it('leave no picture unused, too large or of another size than said', () => {
    const images = readdirSync(join(root, 'docs/images'))
    ok(images.length >= 2)
    const used = links.map(({ target }) => target)
    for (const image of images) {
      const path = `docs/images/${image}`
      ok(used.includes(path) || used.includes(`images/${image}`), `${path} is not shown`)
      ok(statSync(join(root, path)).size <= imageBytesMax, `${path} is over ${imageBytesMax} bytes`)
      if (!image.endsWith('.png')) continue
      // A PNG's width and height stand behind the name of its first chunk.
      const head = readFileSync(join(root, path))
      deepEqual([head.readUInt32BE(16), head.readUInt32BE(20)], [1280, 800])
    }
  })

  it('are checked by a check that notices a missing file and a missing section', () => {
    equal(resolves({ from: 'README.md', target: 'docs/nowhere.md' }), false)
    equal(resolves({ from: 'docs/sdk.md', target: 'tracker.md#nowhere' }), false)
    equal(resolves({ from: 'docs/sdk.md', target: 'tracker.md#options' }), true)
  })
})

function linksOf(page: Page): DocLink[] {
  const prose = proseOf(page)
  const inText = prose.replaceAll(/`[^`\n]*`/g, 'code').matchAll(/\]\(([^)\s]+)\)/g)
  const inTags = prose.matchAll(/(?:src|srcset|href)="([^"]+)"/g)
  return [...inText, ...inTags].map(([, target]) => ({ from: page.path, target: target ?? '' }))
}

function resolves({ from, target }: DocLink): boolean {
  const [file = '', anchor] = target.split('#', 2)
  const path = file === '' ? from : relative(root, join(root, dirname(from), file))
  if (!existsSync(join(root, path))) return false
  if (anchor === undefined) return true
  const page = readPage(path)
  return (
    page.sections.some((section) => section.anchor === anchor) || page.text.includes(`<a id="${anchor}">`)
  )
}
