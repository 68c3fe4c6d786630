import { createPublicKey } from 'node:crypto'
import { access } from 'node:fs/promises'
import { basename } from 'node:path'
import { Command, CommanderError } from 'commander'
import { streamIdLengthMax, type StreamId } from '../../../protocol/ids.js'
import { readPublisherKeys, readSigningKey } from '../admission/publisher-keys.js'
import { PrismeshTrackerError } from '../tracker-error.js'
import { trackerVersion } from '../version.js'
import { DigestSigner } from '../witness/digest-signer.js'
import { FolderSigner } from './folder-signer.js'
import { verifyFolder } from './verify-folder.js'
import { watchFolder } from './watch-folder.js'

export interface DigestCommandParts {
  readonly print: (line: string) => void
  readonly warn: (line: string) => void
  /** Ends `watch`. */
  readonly signal: AbortSignal
}

interface Flags {
  readonly stream: string
  readonly key: string
  readonly kid?: string
}

/**
 * Runs `prismesh-digest watch` or `prismesh-digest verify`. Resolves with the exit code.
 *
 * @throws PrismeshTrackerError `invalid-options`
 */
export async function runDigestCommand(args: readonly string[], parts: DigestCommandParts): Promise<number> {
  let code = 0
  const program = new Command('prismesh-digest')
    .description("Signs the digests of a packager's segments, or verifies them.")
    .version(trackerVersion)
  const own = (command: Command) =>
    command
      .exitOverride()
      .allowExcessArguments(false)
      .configureOutput({ writeOut: (text) => parts.print(text.trimEnd()), writeErr: () => undefined })
  own(program)
  own(program.command('watch'))
    .description('Writes a signed digest beside each segment that is listed, until it is stopped.')
    .argument('<playlist>', "the playlist that viewers load, in the packager's output folder")
    .requiredOption('--stream <id>', "the viewers' stream id, or the playlist's public URL")
    .requiredOption('--key <file>', 'file with the Ed25519 key, as prismesh-tracker key makes it')
    .option('--kid <text>', 'which key of the file (default: the first)')
    .action(async (playlist: string, flags: Flags) => watchCommand(playlist, flags, parts))
  own(program.command('verify'))
    .description('Checks the digests of the segments that are listed now; exits with 1 if one is wrong.')
    .argument('<playlist>', "the playlist that viewers load, in the packager's output folder")
    .requiredOption('--stream <id>', "the viewers' stream id, or the playlist's public URL")
    .requiredOption('--key <file>', 'file with the keys, of which the public half is enough')
    .action(async (playlist: string, flags: Flags) => {
      code = await verifyCommand(playlist, flags, parts)
    })
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return 0
    if (error.code === 'commander.help') throw mistake('say what to do: watch or verify (see --help)')
    throw mistake(error.message.replace(/^error: /, '').replaceAll('\n', ' '))
  }
  return code
}

async function watchCommand(playlist: string, flags: Flags, parts: DigestCommandParts): Promise<void> {
  const key = readSigningKey(flags.key, flags.kid)
  const signer = new FolderSigner({
    playlist,
    stream: streamOf(flags.stream),
    signer: new DigestSigner(key),
    key: createPublicKey(key),
    signed: ({ path }) => parts.print(`signed ${basename(path)}`),
    warned: parts.warn,
  })
  await access(playlist).catch(() => parts.warn(`${playlist}: is not there yet; waiting for it`))
  await watchFolder(signer, parts.signal)
}

async function verifyCommand(playlist: string, flags: Flags, parts: DigestCommandParts): Promise<number> {
  const keys = readPublisherKeys(flags.key)
  const { right, problems } = await verifyFolder(playlist, streamOf(flags.stream), keys)
  for (const problem of problems) parts.warn(problem)
  parts.print(`${right} right, ${problems.length} wrong`)
  return right === 0 || problems.length > 0 ? 1 : 0
}

/** A URL stands for the id that pages give its stream where they name no other: host and path. */
function streamOf(text: string): StreamId {
  const url = /^https?:\/\//.test(text) && URL.canParse(text) ? new URL(text) : undefined
  const stream = url === undefined ? text : url.host + url.pathname
  if (stream === '' || stream.length > streamIdLengthMax) {
    throw mistake(`--stream: must have 1 to ${streamIdLengthMax} characters`)
  }
  return stream as StreamId
}

function mistake(line: string): PrismeshTrackerError {
  return new PrismeshTrackerError('invalid-options', line)
}
