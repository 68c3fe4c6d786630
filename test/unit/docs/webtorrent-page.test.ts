import { deepEqual, equal, ok } from 'node:assert/strict'
import { configReasons } from '../../../tracker/src/config/config-reasons.js'
import { configKeys, configSchema } from '../../../tracker/src/config/config-schema.js'
import { answerWaitMsMax } from '../../../tracker/src/webtorrent/awaited-answers.js'
import { scrapedSwarmsMax } from '../../../tracker/src/webtorrent/client-message.js'
import { jsonDepthMax } from '../../../tracker/src/webtorrent/json-cursor.js'
import { failureReasons } from '../../../tracker/src/webtorrent/replies.js'
import { codeIn, readPage, tableOf } from './markdown.js'

const page = readPage('docs/webtorrent.md')

describe('the page on WebTorrent clients', () => {
  it('has every limit with its default and a reason', () => {
    const keys = configKeys.filter((key) => key.startsWith('webtorrent') && key !== 'webtorrent')
    ok(keys.length >= 11)
    const documented = tableOf(page, 'limits')
    deepEqual(
      documented.map(([option, value, why]) => [codeIn(option), Number(value), why]),
      keys.map((key) => [key, configSchema.entries[key].default, configReasons[key]]),
    )
    equal(configSchema.entries.webtorrent.default, false)
  })

  it('has every failure reason', () => {
    deepEqual(
      tableOf(page, 'failures').map(([reason]) => codeIn(reason)),
      Object.values(failureReasons),
    )
  })

  it('has the bounds that no option changes', () => {
    ok(page.text.includes(`of up to ${scrapedSwarmsMax} swarms by name`))
    ok(page.text.includes(`within ${answerWaitMsMax / 1000} s of the offer`))
    ok(page.text.includes(`nested at most ${jsonDepthMax} deep`))
  })
})
