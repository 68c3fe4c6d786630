import { crowds } from './crowds.js'
import { everyday } from './everyday.js'
import { misbehaviour } from './misbehaviour.js'
import type { Scenario } from './scenario.js'
import { trouble } from './trouble.js'

export const allScenarios: readonly Scenario[] = [...everyday, ...crowds, ...trouble, ...misbehaviour]
