// Stands in for `randombytes`: simple-peer names itself and its data channel with random hexadecimal digits.
import { arr2hex, randomBytes as randomArray } from './uint8-util.mjs'

export default function randomBytes(size) {
  return { toString: () => arr2hex(randomArray(size)) }
}
