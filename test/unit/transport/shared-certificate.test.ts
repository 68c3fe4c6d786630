import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { SharedCertificate } from '../../../client-sdk/src/transport/shared-certificate.js'
import { settle } from '../../support/transport/pass-time.js'

type Connection = typeof RTCPeerConnection

function maker(generateCertificate: unknown): { RTCPeerConnection: Connection } {
  return { RTCPeerConnection: { generateCertificate } as unknown as Connection }
}

describe('SharedCertificate', () => {
  it('is made once, and lets nobody wait for it', async () => {
    let made = 0
    const certificate = new SharedCertificate(maker(() => Promise.resolve({ expires: (made += 1) })))
    equal(certificate.now(), undefined)
    equal(certificate.now(), undefined)
    await settle()
    deepEqual(certificate.now(), [{ expires: 1 }])
    equal(made, 1)
  })

  it('stays away where it cannot be made', async () => {
    const refusing = maker(() => {
      throw new Error('refused')
    })
    for (const wrtc of [refusing, maker(undefined), {}]) {
      const certificate = new SharedCertificate(wrtc)
      certificate.now()
      await settle()
      equal(certificate.now(), undefined)
    }
  })
})
