import { Command, InvalidArgumentError, Option } from 'commander'

/** What the start command was told. */
export interface CliOptions {
  readonly source?: string
  readonly proxy: boolean
  readonly ffmpeg: boolean
  readonly viewers: number
  readonly host: string
  readonly pagePort: number
  readonly originPort: number
  readonly trackerPort: number
  readonly segmentSeconds: 2 | 4
  readonly window: number
  readonly oneRendition: boolean
}

/** Headless viewers share this machine: more than this and they stall for want of CPU. */
const viewersMax = 50

/** Reads the command line; prints help or a mistake and ends the process, as commander does. */
export function readCliOptions(argv: readonly string[]): CliOptions {
  const command = new Command()
    .name('npm start --')
    .description('Starts a live stream, a tracker and a player page on this machine.')
    .addOption(
      new Option('--source <url>', 'play this HLS stream instead of the built-in one').conflicts('ffmpeg'),
    )
    .option(
      '--proxy',
      'pass --source through the origin, to count its bytes, even if pages may read it',
      false,
    )
    .option('--ffmpeg', 'encode a test picture live with ffmpeg instead of looping the built-in one', false)
    .option('--viewers <count>', 'also start this many headless viewers', whole(0, viewersMax), 0)
    .option('--host <address>', 'listen here; 0.0.0.0 lets other devices in', '127.0.0.1')
    .option('--page-port <port>', 'port of the player page', whole(0, 65535), 8080)
    .option('--origin-port <port>', 'port of the origin (the CDN of the demo)', whole(0, 65535), 8081)
    .option('--tracker-port <port>', 'port of the tracker', whole(0, 65535), 8433)
    .option('--segment-seconds <seconds>', 'length of a segment: 2 or 4', segmentLength, 2)
    .option('--window <segments>', 'segments in a playlist', whole(3, 60), 6)
    .option('--one-rendition', 'offer one quality only', false)
    .addHelpText('after', '\nExample:\n  npm start -- --viewers 4\n')
  return command.parse([...argv]).opts<CliOptions>()
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  }
}

function segmentLength(text: string): number {
  if (text === '2' || text === '4') return Number(text)
  throw new InvalidArgumentError('It must be 2 or 4.')
}
