import type { Admission } from '../admission/admission.js'
import { openAdmission } from '../admission/open-admission.js'
import { originAdmission } from '../admission/origin-admission.js'
import { tokenAdmission } from '../admission/token-admission.js'
import { readTokenKeys } from '../admission/token-keys.js'
import { UsedTokens } from '../admission/used-tokens.js'
import type { TrackerConfig } from '../config/config-schema.js'
import { presentMoment } from './present-moment.js'

/** Tokens whose uses are remembered, 100 MB at most: 10,000 joins a minute with tokens of 2 minutes need 20,000. */
const usedTokensMax = 250_000

export interface ConfiguredAdmission {
  readonly admission: Admission
  /** What is counted of tokens, where they are asked for. */
  readonly used: UsedTokens
  /** Reads the keys again. Rejects, and keeps the old ones, when they are wrong. */
  reload(): Promise<void>
}

/** The admission that the options ask for. @throws PrismeshTrackerError `invalid-options` */
export async function createAdmission(config: TrackerConfig): Promise<ConfiguredAdmission> {
  const { tokenKeys: path, region, allowOrigin } = config
  let keys = path === undefined ? [] : await readTokenKeys(path)
  const used = new UsedTokens(usedTokensMax)
  const inner =
    path === undefined
      ? openAdmission
      : tokenAdmission({ keys: () => keys, region, used, now: presentMoment })
  return {
    used,
    admission: allowOrigin.length === 0 ? inner : originAdmission(allowOrigin, inner, path !== undefined),
    reload: async () => {
      if (path !== undefined) keys = await readTokenKeys(path)
    },
  }
}
