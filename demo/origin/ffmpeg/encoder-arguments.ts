export interface EncoderShape {
  readonly segmentSeconds: number
  readonly windowSegments: number
  readonly graceSegments: number
  /** Encode only the best rendition. */
  readonly oneRendition: boolean
  /** Whether this ffmpeg can burn text into the picture; some builds cannot. */
  readonly canDrawText: boolean
}

const framesPerSecond = 25

/** The command line of ffmpeg for a live test picture with a clock and a tone, written as HLS into `folder`. */
export function encoderArguments(folder: string, shape: EncoderShape): string[] {
  const names = shape.oneRendition ? ['high'] : ['high', 'low']
  return [
    ...['-nostdin', '-hide_banner', '-loglevel', 'error'],
    ...['-re', '-f', 'lavfi', '-i', `testsrc2=size=640x360:rate=${framesPerSecond}`],
    ...['-re', '-f', 'lavfi', '-i', 'sine=frequency=330:beep_factor=3:sample_rate=48000'],
    ...['-filter_complex', filterGraph(shape)],
    ...names.flatMap((name) => ['-map', `[${name}]`, '-map', '1:a']),
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'],
    ...['-g', String(framesPerSecond * shape.segmentSeconds), '-sc_threshold', '0'],
    ...rate(0, 900),
    ...(shape.oneRendition ? [] : rate(1, 300)),
    ...['-c:a', 'aac', '-b:a', '64k', '-ac', '1'],
    ...[
      '-f',
      'hls',
      '-hls_time',
      String(shape.segmentSeconds),
      '-hls_list_size',
      String(shape.windowSegments),
    ],
    ...['-hls_delete_threshold', String(shape.graceSegments), '-hls_start_number_source', 'epoch'],
    // temp_file: a segment or playlist appears under its name only when it is whole.
    ...['-hls_flags', 'delete_segments+program_date_time+independent_segments+temp_file'],
    ...['-var_stream_map', names.map((name, index) => `v:${index},a:${index},name:${name}`).join(' ')],
    ...['-master_pl_name', 'master.m3u8', '-hls_segment_filename', `${folder}/%v-%d.ts`, `${folder}/%v.m3u8`],
  ]
}

function filterGraph(shape: EncoderShape): string {
  const clock = 'fontcolor=white:box=1:boxcolor=black@0.7:boxborderw=6:fontsize=h/11:x=w/20:y=h*0.8'
  const picture = shape.canDrawText ? `drawtext=${clock}:text='%{localtime}  frame %{n}'` : 'null'
  if (shape.oneRendition) return `[0:v]${picture}[high]`
  return `[0:v]${picture},split=2[high][whole];[whole]scale=320:180[low]`
}

/** A constant rate, in kbit/s, for one of the video streams. */
function rate(stream: number, kilobits: number): string[] {
  return [
    `-b:v:${stream}`,
    `${kilobits}k`,
    `-maxrate:v:${stream}`,
    `${kilobits}k`,
    `-bufsize:v:${stream}`,
    `${kilobits}k`,
  ]
}
