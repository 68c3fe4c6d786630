import { equal, ok } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { CdnEstimate } from '../../../client-sdk/src/engine/cdn-estimate.js'

/** A body that comes evenly, a piece each 50 ms. Returns when it is over. */
function bodyCame(estimate: CdnEstimate, from: number, bytesPerSecond: number, durationMs: number): number {
  estimate.bodyBegan(from)
  for (let at = 50; at <= durationMs; at += 50) estimate.bytesCame(bytesPerSecond / 20, from + at)
  estimate.bodyOver(from + durationMs)
  return from + durationMs
}

describe("the estimate of the CDN's throughput", () => {
  it('is the first body it sees', () => {
    const estimate = new CdnEstimate()
    equal(estimate.bytesPerSecond, undefined)
    bodyCame(estimate, 0, 500_000, 400)
    equal(estimate.bytesPerSecond, 500_000)
  })

  it('follows a CDN that slowed down while the first slow body is still coming', () => {
    const estimate = new CdnEstimate()
    const at = bodyCame(estimate, 0, 500_000, 400)
    estimate.bodyBegan(at)
    for (let ms = 50; ms <= 1000; ms += 50) estimate.bytesCame(160_000 / 20, at + ms)
    equal(estimate.bytesPerSecond, 160_000)
  })

  it('is moved by a short body only so far', () => {
    const estimate = new CdnEstimate()
    const at = bodyCame(estimate, 0, 500_000, 1000)
    bodyCame(estimate, at, 5_000_000, 100)
    ok((estimate.bytesPerSecond ?? 0) < 2_000_000)
    ok((estimate.bytesPerSecond ?? 0) > 1_000_000)
  })

  it('is of all bodies that come at the same time together', () => {
    const estimate = new CdnEstimate()
    estimate.bodyBegan(0)
    estimate.bodyBegan(0)
    for (let at = 50; at <= 500; at += 50) {
      estimate.bytesCame(10_000, at)
      estimate.bytesCame(10_000, at)
    }
    estimate.bodyOver(500)
    estimate.bodyOver(500)
    equal(estimate.bytesPerSecond, 400_000)
  })

  it('counts what came of a body that was given up', () => {
    const estimate = new CdnEstimate()
    estimate.bodyBegan(0)
    for (let at = 50; at <= 500; at += 50) estimate.bytesCame(10_000, at)
    estimate.bodyOver()
    equal(estimate.bytesPerSecond, 200_000)
  })

  it('falls to a quarter at most for one connection that hangs', () => {
    const estimate = new CdnEstimate()
    const at = bodyCame(estimate, 0, 500_000, 1000)
    estimate.bodyBegan(at)
    estimate.bodyOver(at + 3000)
    equal(estimate.bytesPerSecond, 125_000)
  })

  it('says nothing of a body too short to tell', () => {
    const estimate = new CdnEstimate()
    estimate.bodyBegan(0)
    estimate.bytesCame(1000, 1)
    estimate.bodyOver(1)
    equal(estimate.bytesPerSecond, undefined)
  })
})
