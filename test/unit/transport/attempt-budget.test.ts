import { equal, ok } from 'node:assert/strict'
import {
  answersPerMinuteMax,
  attemptsPerMinuteMax,
  AttemptBudget,
} from '../../../client-sdk/src/transport/attempt-budget.js'

describe('the budget of attempts to connect', () => {
  const taken = (budget: AttemptBudget, now: number, kind: 'offer' | 'answer') => {
    let count = 0
    while (count < 1000 && budget.take(now, kind)) count += 1
    return count
  }

  it('keeps a part for own offers, however many others make', () => {
    const budget = new AttemptBudget()
    equal(taken(budget, 0, 'answer'), answersPerMinuteMax)
    equal(taken(budget, 0, 'offer'), attemptsPerMinuteMax - answersPerMinuteMax)
    ok(!budget.take(59_999, 'offer'))
    ok(budget.take(60_000, 'offer'))
  })

  it('gives all of it to own offers where nobody else makes any', () => {
    equal(taken(new AttemptBudget(), 0, 'offer'), attemptsPerMinuteMax)
  })
})
