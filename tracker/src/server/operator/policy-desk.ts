import { readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import type { Logger } from 'pino'
import * as v from 'valibot'
import { streamIdLengthMax, type StreamId } from '../../../../protocol/ids.js'
import {
  openPolicy,
  samePolicy,
  streamPolicy,
  type StreamPolicy,
} from '../../../../protocol/stream-policy.js'
import type { Policies } from '../../core/policies.js'
import { PrismeshTrackerError } from '../../tracker-error.js'

const streamName = v.pipe(v.string(), v.minLength(1), v.maxLength(streamIdLengthMax))
const kept = v.record(streamName, streamPolicy)

/** What the desk works with: the core's policies, and the way to change them. */
export interface PolicyDeskParts {
  readonly policies: Pick<Policies, 'of' | 'entries'>
  setPolicy(stream: StreamId, policy: StreamPolicy): void
  readonly log: Logger
  /** Tells the other processes of the fleet, if there is one. */
  share?(stream: StreamId, policy: StreamPolicy): void
}

/**
 * Where the operator's decisions come in, from this process or from others of its fleet. With a file they outlive the
 * process: a stream that was switched off does not begin to share again because the tracker was restarted.
 */
export class PolicyDesk {
  private writing: Promise<void> = Promise.resolve()
  /** A write that has not begun, and so will hold what is decided now. */
  private isWriteAhead = false

  /** @throws PrismeshTrackerError `invalid-options` when the file is there and holds no policies */
  constructor(
    private readonly parts: PolicyDeskParts,
    private readonly path: string | undefined,
  ) {
    if (path === undefined) return
    for (const [stream, policy] of readPolicies(path)) parts.setPolicy(stream, policy)
  }

  entries(): [StreamId, StreamPolicy][] {
    return this.parts.policies.entries()
  }

  /** The operator decided here. False when there are so many policies that no stream may get another. */
  set(stream: StreamId, policy: StreamPolicy): boolean {
    if (!this.apply(stream, policy)) return false
    this.parts.share?.(stream, policy)
    return true
  }

  /** The operator decided at another process. What that one says is checked as what a stranger says; null takes back. */
  heard(stream: string, value: unknown): void {
    const named = v.safeParse(streamName, stream)
    const told = v.safeParse(streamPolicy, value ?? openPolicy)
    if (named.success && told.success) this.apply(named.output as StreamId, told.output)
  }

  private apply(stream: StreamId, policy: StreamPolicy): boolean {
    if (samePolicy(this.parts.policies.of(stream), policy)) return true
    this.parts.setPolicy(stream, policy)
    if (!samePolicy(this.parts.policies.of(stream), policy)) return false
    this.parts.log.info({ stream, policy }, 'policy set')
    this.save()
    return true
  }

  /** Resolves when everything that was set is in the file, or could not be put there. */
  settled(): Promise<void> {
    return this.writing
  }

  private save(): void {
    const { path } = this
    if (path === undefined || this.isWriteAhead) return
    this.isWriteAhead = true
    this.writing = this.writing
      .then(() => {
        this.isWriteAhead = false
        return writeAtomically(path, JSON.stringify(Object.fromEntries(this.entries()), null, 2))
      })
      .catch((error: unknown) => {
        // The policy holds; only a restart would forget it.
        this.parts.log.error({ code: codeOf(error) }, 'policyFile: cannot be written')
      })
  }
}

/** Whoever reads the file meanwhile, or finds it after a crash, finds the old text or the new one. */
async function writeAtomically(path: string, text: string): Promise<void> {
  const draft = `${path}.new`
  await writeFile(draft, `${text}\n`, { mode: 0o600 })
  await rename(draft, path)
}

function readPolicies(path: string): [StreamId, StreamPolicy][] {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    if (!(error instanceof SyntaxError)) throw mistake(`cannot be read (${codeOf(error)})`)
  }
  const parsed = v.safeParse(kept, json)
  if (!parsed.success) throw mistake('must hold a JSON object of policies by stream')
  return Object.entries(parsed.output).map(([stream, policy]) => [stream as StreamId, policy])
}

function mistake(problem: string): PrismeshTrackerError {
  return new PrismeshTrackerError('invalid-options', `policyFile: ${problem}`)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
}
