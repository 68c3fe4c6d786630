// Writes index.json from the playlists ffmpeg left beside the segments: durations counted in frames with
// ffprobe (a playlist's figures are rounded), sizes from the files, codecs from the bitstream.
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'

const framesPerSecond = 25
const sparseFramesPerSecond = 5

/** Seconds of picture in one file, counted in frames. */
function pictureSeconds(file, frameRate = framesPerSecond) {
  const fields = 'stream=nb_read_packets'
  const args = ['-v', 'error', '-count_packets', '-select_streams', 'v', '-show_entries', fields, '-of', 'csv=p=0']
  return parseInt(execFileSync('ffprobe', [...args, file]).toString(), 10) / frameRate
}

/** `avc1.PPCCLL` from the sequence parameter set (NAL type 7); the sound is always AAC-LC. */
function codecsOf(file) {
  const bytes = readFileSync(file)
  const annexB = bytes.indexOf(Buffer.from([0, 0, 1, 0x67]))
  const avcC = bytes.indexOf('avcC')
  const profileAt = annexB >= 0 ? annexB + 4 : avcC + 5
  return `avc1.${bytes.subarray(profileAt, profileAt + 3).toString('hex').toUpperCase()},mp4a.40.2`
}

function rendition(name, width, height, frameRate) {
  const files = readFileSync(`${name}/playlist.m3u8`, 'utf8').match(/^\d+\.mpegts$/gm)
  return {
    name,
    width,
    height,
    codecs: codecsOf(`${name}/0.mpegts`),
    segments: files.map((file) => ({
      file: `${name}/${file}`,
      seconds: pictureSeconds(`${name}/${file}`, frameRate),
      sizeBytes: statSync(`${name}/${file}`).size,
    })),
  }
}

function fragmentedMp4() {
  const playlist = readFileSync('fmp4/playlist.m3u8', 'utf8')
  const [, initLength, initOffset] = playlist.match(/EXT-X-MAP:.*BYTERANGE="(\d+)@(\d+)"/)
  const segments = [...playlist.matchAll(/EXTINF:([\d.]+),\n#EXT-X-BYTERANGE:(\d+)@(\d+)/g)].map(
    ([, seconds, length, offset]) => ({ seconds: Number(seconds), offset: Number(offset), length: Number(length) }),
  )
  const total = segments.reduce((sum, segment) => sum + segment.seconds, 0)
  if (total !== pictureSeconds('fmp4/low.mp4')) throw new Error('the fMP4 durations do not add up')
  return {
    file: 'fmp4/low.mp4',
    width: 320,
    height: 180,
    codecs: codecsOf('fmp4/low.mp4'),
    sizeBytes: statSync('fmp4/low.mp4').size,
    init: { offset: Number(initOffset), length: Number(initLength) },
    segments,
  }
}

const index = {
  frameRate: framesPerSecond,
  renditions: [rendition('high', 640, 360), rendition('low', 320, 180)],
  sparse: { frameRate: sparseFramesPerSecond, ...rendition('sparse', 160, 90, sparseFramesPerSecond) },
  fmp4: fragmentedMp4(),
}
writeFileSync('index.json', JSON.stringify(index, null, 2) + '\n')
