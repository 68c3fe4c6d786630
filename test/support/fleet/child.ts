import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** A program that a test runs, and ends whatever becomes of the test. */
export interface Child {
  readonly process: ChildProcess
  /** All it wrote so far, for the message of a test that fails. */
  output(): string
  /** Resolves when it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>
}

const running = new Set<ChildProcess>()
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')))

/**
 * Starts a program. A test that needs it fails when it is missing, with the name of the Debian package, since a test
 * that is skipped looks like one that passed.
 */
export async function startChild(
  command: string,
  args: readonly string[],
  options: { readonly env?: Record<string, string>; readonly cwd?: string; readonly package?: string } = {},
): Promise<Child> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin`, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (more: string) => (text += more))
  }
  // Not `close`: what a killed program leaves behind may hold its pipes open.
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await Promise.race([
    once(child, 'spawn'),
    once(child, 'error').then(([error]) => Promise.reject(missing(error))),
  ])
  running.add(child)
  void gone.then(() => running.delete(child))
  return {
    process: child,
    output: () => text,
    kill: async (signal = 'SIGKILL') => {
      child.kill(signal)
      // A stopped process takes nothing but these two.
      if (signal === 'SIGKILL' || signal === 'SIGTERM') await gone
    },
  }

  function missing(error: unknown): Error {
    const install = options.package === undefined ? '' : `; install the Debian package ${options.package}`
    return new Error(`this test needs the program ${command}${install} (${String(error)})`)
  }
}

/** Resolves when something listens at the port; fails with what the program wrote when it does not in time. */
export async function untilListening(port: number, child: Child, timeoutMs = 20_000): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await accepts(port))) {
    if (performance.now() > deadline || child.process.exitCode !== null) {
      throw new Error(`nothing listens at ${port}: ${child.output()}`)
    }
    await delay(20)
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
