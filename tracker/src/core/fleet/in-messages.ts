import {
  entriesLengthMax,
  entriesPerMessageMax,
  type FleetEntry,
} from '../../../../protocol/fleet-messages.js'

/** Entries in as many messages as they need, each within the limits of one. */
export function inMessages(entries: readonly FleetEntry[]): FleetEntry[][] {
  const messages: FleetEntry[][] = []
  let length = Infinity
  for (const entry of entries) {
    const more = JSON.stringify(entry.value ?? null).length
    const last = messages.at(-1)
    if (last && last.length < entriesPerMessageMax && length + more <= entriesLengthMax) {
      last.push(entry)
      length += more
    } else {
      messages.push([entry])
      length = more
    }
  }
  return messages
}
