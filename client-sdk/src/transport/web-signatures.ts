import type { SignatureCheck } from './digest-gate.js'

/** Ed25519 by WebCrypto: Chromium 137, Firefox 129, Safari 17, and only on pages of a secure context. */
export const webSignatureCheck: SignatureCheck = async (key, statement, signature) => {
  try {
    const imported = await crypto.subtle.importKey('raw', ownBuffer(key), 'Ed25519', false, ['verify'])
    return await crypto.subtle.verify('Ed25519', imported, ownBuffer(signature), ownBuffer(statement))
  } catch {
    return undefined
  }
}

function ownBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}
