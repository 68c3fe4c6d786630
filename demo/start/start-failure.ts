/** Why the demo cannot start, as one line for the person who started it: no stack is printed. */
export class StartFailure extends Error {}

/** Node's codes and the tracker's for what people can mend. */
const advice: Readonly<Record<string, (port: number, flag: string) => string>> = {
  EADDRINUSE: portInUse,
  'port-in-use': portInUse,
  EACCES: portNotAllowed,
  'not-permitted': portNotAllowed,
  EADDRNOTAVAIL: noSuchAddress,
  ENOTFOUND: noSuchAddress,
  'cannot-listen': noSuchAddress,
}

/** Turns the usual reasons why a server cannot listen into advice; other errors stay as they are. */
export async function listening<T>(port: number, flag: string, start: () => Promise<T>): Promise<T> {
  try {
    return await start()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const line = advice[code]?.(port, flag)
    throw line === undefined ? error : new StartFailure(line)
  }
}

function portInUse(port: number, flag: string): string {
  return `Port ${port} is in use. Stop what uses it, or choose another with ${flag}.`
}

function portNotAllowed(port: number, flag: string): string {
  return `Port ${port} is not allowed here. Choose another with ${flag}.`
}

function noSuchAddress(): string {
  return 'This machine has no such address. Choose another with --host.'
}
