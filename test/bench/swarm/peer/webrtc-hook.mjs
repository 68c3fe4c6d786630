// A hook for node:module's register: see webrtc-polyfill.mjs.
export async function resolve(specifier, context, next) {
  if (specifier !== 'webrtc-polyfill') return next(specifier, context)
  return { url: new URL('webrtc-polyfill.mjs', import.meta.url).href, shortCircuit: true }
}
