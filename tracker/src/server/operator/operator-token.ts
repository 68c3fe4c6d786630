import { createHash, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { PrismeshTrackerError } from '../../tracker-error.js'
import { plainAddress } from '../ip-address.js'

/** 32 characters of hexadecimal digits are 128 bits: too many to guess, at whatever rate. */
const lengthMin = 32
const lengthMax = 1024

/** Headers by which a proxy says that the request is somebody else's. */
const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const

/** What a request is allowed of what is the operator's. */
export interface OperatorGate {
  /** Whether there is a token, without which there is no console. */
  readonly hasToken: boolean
  /** The request brings the token. */
  isOperator(request: Pick<IncomingMessage, 'headers'>): boolean
  /** The request may read metrics: it brings the token, or, where there is none, comes from this machine itself. */
  mayReadMetrics(request: Pick<IncomingMessage, 'headers' | 'socket'>): boolean
  /** Reads the file again; throws, and keeps the old token, when it is wrong. */
  reload(): void
}

/** @throws PrismeshTrackerError `invalid-options` when the file holds no token */
export function operatorGate(path: string | undefined): OperatorGate {
  let expected = path === undefined ? undefined : digestOf(readToken(path))
  const isOperator: OperatorGate['isOperator'] = ({ headers }) => {
    const [, given] = /^bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? []
    // Digests are equally long whatever was given, so that the time of the comparison tells nothing.
    return given !== undefined && expected !== undefined && timingSafeEqual(digestOf(given), expected)
  }
  return {
    hasToken: path !== undefined,
    isOperator,
    mayReadMetrics: (request) => (path === undefined ? isFromThisMachine(request) : isOperator(request)),
    reload: () => {
      if (path !== undefined) expected = digestOf(readToken(path))
    },
  }
}

function readToken(path: string): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw mistake(`cannot be read (${code})`)
  }
  if (text.length < lengthMin || text.length > lengthMax || !/^[\x21-\x7e]+$/.test(text)) {
    throw mistake(`must hold one text of ${lengthMin} to ${lengthMax} characters without spaces`)
  }
  return text
}

function mistake(problem: string): PrismeshTrackerError {
  return new PrismeshTrackerError('invalid-options', `operatorTokenFile: ${problem}`)
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/**
 * Not passed on by a proxy, and not by a page either: a browser that a hostile site's name leads to 127.0.0.1 (DNS
 * rebinding) sends that name as the host.
 */
function isFromThisMachine({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): boolean {
  const address = plainAddress(socket.remoteAddress ?? '') ?? ''
  const isLoopback = address === '::1' || address.startsWith('127.')
  const host = (headers.host ?? '').replace(/:\d+$/, '').replaceAll(/^\[|\]$/g, '')
  const isNamedByAddress = host === 'localhost' || isIP(host) !== 0
  return isLoopback && isNamedByAddress && proxyHeaders.every((name) => headers[name] === undefined)
}
