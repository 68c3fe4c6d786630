const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const leftBracket = 0x5b
const backslash = '\\'
const rightBracket = 0x5d
const leftBrace = 0x7b
const rightBrace = 0x7d

/** Nesting of values. A message of this protocol needs four; a stranger's must not use up the stack. */
export const jsonDepthMax = 16

const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const literal = /true|false|null/y
const shortEscape = /["\\/bfnrt]/
const fourDigits = /[0-9a-fA-F]{4}/y
const withoutControls = /^[\x20-\xff]*$/
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const control = /[\x00-\x1f]/

/**
 * Walks through JSON (RFC 8259) whose UTF-8 bytes are the characters of a text, and says where strings begin and end,
 * so that they can be passed on as they are. It accepts what `JSON.parse` accepts, down to a depth, and costs a third:
 * long strings are searched by the engine's own `indexOf`, and none is decoded. It keeps no text when done with one.
 *
 * Every method that reads returns false at a fault, from when on `failed` is true and nothing is read any more.
 */
export class JsonCursor {
  /** Where what was read last begins and ends: a string between its quotes, or a number. */
  start = 0
  end = 0
  /** Whether the string read last has an escape. */
  escaped = false
  failed = false
  private text = ''
  private at = 0
  /** The first backslash at or after the string being read, so that each part is searched for it once. */
  private backslashAt = 0
  private mayHoldControls = false

  open(text: string): void {
    this.text = text
    this.at = 0
    this.start = 0
    this.end = 0
    this.failed = false
    this.backslashAt = -1
    this.mayHoldControls = !withoutControls.test(text)
  }

  close(): void {
    this.text = ''
  }

  /** What was read last, as it stands in the text. */
  get raw(): string {
    return this.text.slice(this.start, this.end)
  }

  /** Whether nothing but white space is left. */
  get isAtEnd(): boolean {
    return !this.failed && Number.isNaN(this.peek())
  }

  get isAtString(): boolean {
    return this.peek() === quote
  }

  get isAtObject(): boolean {
    return this.peek() === leftBrace
  }

  get isAtArray(): boolean {
    return this.peek() === leftBracket
  }

  /** Enters an object and reads its first key; false for an empty one. */
  openObject(): boolean {
    if (!this.take(leftBrace)) return this.fail()
    if (this.take(rightBrace)) return false
    return this.key()
  }

  /** After a value: reads the next key, or leaves the object. */
  nextMember(): boolean {
    if (this.failed) return false
    if (this.take(comma)) return this.key()
    return this.take(rightBrace) ? false : this.fail()
  }

  /** Enters an array; false for an empty one. */
  openArray(): boolean {
    if (!this.take(leftBracket)) return this.fail()
    return !this.take(rightBracket)
  }

  nextElement(): boolean {
    if (this.failed) return false
    if (this.take(comma)) return true
    return this.take(rightBracket) ? false : this.fail()
  }

  /** Reads a string. */
  string(): boolean {
    if (!this.take(quote)) return this.fail()
    this.escaped = false
    this.start = this.at
    let end = this.text.indexOf('"', this.at)
    let escape = this.nextBackslash(this.at)
    while (end !== -1 && escape < end) {
      const after = this.escapeEnd(escape)
      if (after === -1) return this.fail()
      this.escaped = true
      if (after > end) end = this.text.indexOf('"', after)
      escape = this.nextBackslash(after)
    }
    if (end === -1) return this.fail()
    this.end = end
    this.at = end + 1
    return this.mayHoldControls && control.test(this.raw) ? this.fail() : true
  }

  /** Reads any value; a number or string can be looked at afterwards. `depth`: how many it is in already. */
  skip(depth: number): boolean {
    const code = this.peek()
    if (code === quote) return this.string()
    if (code === leftBrace || code === leftBracket) {
      if (depth >= jsonDepthMax) return this.fail()
      return code === leftBrace ? this.skipObject(depth + 1) : this.skipArray(depth + 1)
    }
    return this.plainInteger() || this.match(number) || this.match(literal) || this.fail()
  }

  /** Reads any value; the number it is, if it is one. */
  number(depth: number): number | undefined {
    this.peek()
    if (this.plainInteger() || this.match(number)) return Number(this.raw)
    this.skip(depth)
    return undefined
  }

  private skipObject(depth: number): boolean {
    for (let more = this.openObject(); more; more = this.nextMember()) this.skip(depth)
    return !this.failed
  }

  private skipArray(depth: number): boolean {
    for (let more = this.openArray(); more; more = this.nextElement()) this.skip(depth)
    return !this.failed
  }

  private key(): boolean {
    return this.string() && (this.take(colon) || this.fail())
  }

  /** The next character that is not white space, which the cursor is at then; NaN at the end, or after a fault. */
  private peek(): number {
    let code = this.text.charCodeAt(this.at)
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) {
      this.at += 1
      code = this.text.charCodeAt(this.at)
    }
    return code
  }

  private take(code: number): boolean {
    if (this.peek() !== code) return false
    this.at += 1
    return true
  }

  /** A short way for what the numbers of a message usually are: one digit, or digits that do not begin with zero. */
  private plainInteger(): boolean {
    let end = this.at
    let code = this.text.charCodeAt(end)
    if (!isDigit(code)) return false
    const digitsMax = code === 0x30 ? 1 : Infinity
    while (isDigit(code) && end - this.at < digitsMax) {
      end += 1
      code = this.text.charCodeAt(end)
    }
    if (code !== comma && code !== rightBrace) return false
    this.start = this.at
    this.end = end
    this.at = end
    return true
  }

  private match(pattern: RegExp): boolean {
    pattern.lastIndex = this.at
    if (!pattern.test(this.text)) return false
    this.start = this.at
    this.end = pattern.lastIndex
    this.at = this.end
    return true
  }

  private nextBackslash(from: number): number {
    if (this.backslashAt < from) {
      const found = this.text.indexOf(backslash, from)
      this.backslashAt = found === -1 ? Infinity : found
    }
    return this.backslashAt
  }

  /** Where an escape that begins at `at` ends; -1 if it is none. */
  private escapeEnd(at: number): number {
    const kind = this.text.charAt(at + 1)
    if (shortEscape.test(kind)) return at + 2
    fourDigits.lastIndex = at + 2
    return kind === 'u' && fourDigits.test(this.text) ? at + 6 : -1
  }

  /** Leaves nothing to read. */
  private fail(): false {
    this.failed = true
    this.at = this.text.length
    return false
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}
