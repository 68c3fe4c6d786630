// Mocha's `spec` for people, and a report in a file for scripts/run-tests.mjs, which counts from it and nothing else.
'use strict'
const { mkdirSync, writeFileSync } = require('node:fs')
const path = require('node:path')
const mocha = require('mocha')

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } = mocha.Runner.constants

module.exports = class SpecAndReport extends mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    const output = options?.reporterOptions?.output
    if (output === undefined) return
    const report = { passed: [], failed: [], skipped: [] }
    // A failing hook fails too, under the hook's name.
    runner.on(EVENT_TEST_PASS, (test) => report.passed.push(test.fullTitle()))
    runner.on(EVENT_TEST_FAIL, (test) => report.failed.push(test.fullTitle()))
    runner.on(EVENT_TEST_PENDING, (test) => report.skipped.push(test.fullTitle()))
    runner.once(EVENT_RUN_END, () => {
      mkdirSync(path.dirname(output), { recursive: true })
      writeFileSync(output, JSON.stringify(report, null, 2))
    })
  }
}
