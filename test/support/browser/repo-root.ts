import { fileURLToPath } from 'node:url'

/** The checkout's root, seen from where this file lies once compiled: build/test/support/browser. */
export const repoRoot = fileURLToPath(new URL('../../../../', import.meta.url))
