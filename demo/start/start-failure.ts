/** Why the demo cannot start, as one line for the person who started it: no stack is printed. */
export class StartFailure extends Error {}

/** Turns "address in use" into advice; other errors stay as they are. */
export async function listening<T>(port: number, flag: string, start: () => Promise<T>): Promise<T> {
  try {
    return await start()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EADDRINUSE') {
      throw new StartFailure(`Port ${port} is in use. Stop what uses it, or choose another with ${flag}.`)
    }
    if (code === 'EACCES')
      throw new StartFailure(`Port ${port} is not allowed here. Choose another with ${flag}.`)
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new StartFailure('This machine has no such address. Choose another with --host.')
    }
    throw error
  }
}
