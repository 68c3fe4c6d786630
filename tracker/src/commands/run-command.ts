import { Command, CommanderError, Option } from 'commander'
import { isMemberId } from '../../../protocol/ids.js'
import { makeKey } from '../admission/make-key.js'
import { mintToken, type TokenWish } from '../admission/mint-token.js'
import { tokenLifetimeMaxSeconds, tokenUsesMax } from '../admission/token-claims.js'
import { readKeyFile, type TokenJwk } from '../admission/token-keys.js'
import { isOrigin } from '../config/origin.js'
import { PrismeshTrackerError } from '../tracker-error.js'
import { durationSeconds } from './duration.js'

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<string>>> = {
  key: keyCommand,
  token: tokenCommand,
}

/**
 * Runs `prismesh-tracker key` or `prismesh-tracker token` and returns what it prints; nothing when the arguments
 * name neither.
 *
 * @throws PrismeshTrackerError `invalid-options`
 */
export async function runCommand(args: readonly string[]): Promise<string | undefined> {
  const [name = '', ...rest] = args
  return Object.hasOwn(commands, name) ? commands[name]?.(rest) : undefined
}

async function keyCommand(args: readonly string[]): Promise<string> {
  const command = newCommand('key', 'Prints a new key for join tokens, as a JWK set. Keep it secret.')
    .addOption(new Option('--alg <name>', 'EdDSA or HS256').choices(['EdDSA', 'HS256']).default('EdDSA'))
    .option('--kid <text>', 'name of the key (default: by chance)')
    .option('--public <file>', "print the public half of this file's keys instead")
  const parsed = parse(command, args)
  if (typeof parsed === 'string') return parsed
  const flags = parsed as { alg: 'EdDSA' | 'HS256'; kid?: string; public?: string }
  const keys = flags.public === undefined ? [await makeKey(flags.alg, flags.kid)] : publicHalves(flags.public)
  return `${JSON.stringify({ keys }, null, 2)}\n`
}

async function tokenCommand(args: readonly string[]): Promise<string> {
  const command = newCommand('token', 'Prints a join token.')
    .requiredOption('--key <file>', 'file with the JWK or JWK set to sign with')
    .option('--kid <text>', 'which key of the set (default: the first)')
    .requiredOption('--stream <id>', 'stream that may be joined')
    .requiredOption('--origin <origin>', 'origin of the page; "" for a program, which has none')
    .option('--expires <time>', 'life of the token, such as 90s, 2m or 1h', '2m')
    .option('--uses <number>', 'connections that may be made with it', '1')
    .option('--region <name>', 'region of the trackers where it counts')
    .option('--member <id>', 'member id that may be taken')
  const parsed = parse(command, args)
  if (typeof parsed === 'string') return parsed
  const flags = parsed as Record<string, string | undefined>
  const keys = readKeyFile(flags['key'] ?? '')
  const key = flags['kid'] === undefined ? keys[0] : keys.find(({ kid }) => kid === flags['kid'])
  if (!key) throw mistake('--kid: the file has no key of this name')
  if (key.kty === 'OKP' && key.d === undefined) throw mistake('--key: holds the public half only')
  return `${await mintToken(key, wishOf(flags), Date.now())}\n`
}

function wishOf(flags: Readonly<Record<string, string | undefined>>): TokenWish {
  const { stream = '', origin = '', expires = '', uses = '', region, member } = flags
  const lifetimeSeconds = durationSeconds(expires)
  if (lifetimeSeconds === undefined || lifetimeSeconds > tokenLifetimeMaxSeconds) {
    throw mistake(`--expires: must be a time such as 90s, 2m or 1h, at most 24h, not "${expires}"`)
  }
  if (!/^[1-9]\d{0,6}$/.test(uses) || Number(uses) > tokenUsesMax) {
    throw mistake(`--uses: must be an integer from 1 to ${tokenUsesMax}, not "${uses}"`)
  }
  if (origin !== '' && !isOrigin(origin)) {
    throw mistake(`--origin: must be an origin such as https://example.com, not "${origin}"`)
  }
  if (stream === '' || stream.length > 256) throw mistake('--stream: must have 1 to 256 characters')
  if (member !== undefined && !isMemberId(member)) throw mistake('--member: must be 40 lower-case hex digits')
  return {
    stream,
    origin,
    lifetimeSeconds,
    uses: Number(uses),
    ...(region === undefined ? {} : { region }),
    ...(member === undefined ? {} : { member }),
  }
}

function publicHalves(path: string): TokenJwk[] {
  return readKeyFile(path).map((key) => {
    if (key.kty === 'oct') throw mistake('--public: an HS256 secret has no public half')
    const { d: _secret, ...open } = key
    return open
  })
}

function newCommand(name: string, description: string): Command {
  return new Command(`prismesh-tracker ${name}`)
    .description(description)
    .allowExcessArguments(false)
    .exitOverride()
}

/** The flags, or the help that was asked for. */
function parse(command: Command, args: readonly string[]): Record<string, unknown> | string {
  let printed = ''
  command.configureOutput({ writeOut: (text) => (printed += text), writeErr: () => undefined })
  try {
    return command.parse(args, { from: 'user' }).opts()
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return printed
    throw mistake(error.message.replace(/^error: /, '').replaceAll('\n', ' '))
  }
}

function mistake(line: string): PrismeshTrackerError {
  return new PrismeshTrackerError('invalid-options', line)
}
