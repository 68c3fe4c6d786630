#!/usr/bin/env bash
# Makes the media of the demo: a 20 s loop in two renditions of MPEG-TS, one more of few frames, and a short fragmented MP4.
# Needs ffmpeg with libx264 and drawtext. The results are committed: run this only to change them.
#
# The lengths are chosen so that the loop closes without a gap: 20 s is 500 frames at 25 frames a second and
# 625 AAC frames (1,024 samples) at 32 kHz; 48 kHz would leave half a frame over. The encoder puts one priming
# frame before the sound, so the sound starts one frame late and is one frame short.
set -euo pipefail
cd "$(dirname "$0")"

segment_seconds=2
frames_per_second=25
sample_rate=32000

rm -rf high low sparse fmp4 index.json
mkdir -p high low sparse fmp4

# encode <seconds> <width> <height> <label> <video kbit/s> <audio kbit/s> <output options...>
encode() {
  local seconds=$1 width=$2 height=$3 label=$4 video=$5 audio=$6
  shift 6
  local sound_samples=$((seconds * sample_rate - 1024))
  local text="fontcolor=white:box=1:boxcolor=black@0.7:boxborderw=6:fontsize=h/11"
  # HRD filler keeps the rate constant, so that every segment costs the same: a benchmark needs that.
  ffmpeg -nostdin -hide_banner -loglevel warning -y \
    -f lavfi -i "testsrc2=size=${width}x${height}:rate=${frames_per_second}:duration=${seconds}" \
    -f lavfi -i "sine=frequency=330:beep_factor=3:sample_rate=${sample_rate}" \
    -filter_complex "[0:v]drawtext=${text}:x=w/20:y=h*0.72:text='%{pts\\:hms}  frame %{n}',drawtext=${text}:x=w/20:y=h*0.86:text='Prismesh ${label}',format=yuv420p[v];[1:a]volume=0.3,atrim=end_sample=${sound_samples},asetpts=PTS+1024,aformat=channel_layouts=mono[a]" \
    -map '[v]' -map '[a]' -flags +bitexact -fflags +bitexact -map_metadata -1 \
    -c:v libx264 -preset veryslow -threads 1 -profile:v main -level:v 3.0 \
    -b:v "${video}k" -maxrate "${video}k" -bufsize "$((video / 2))k" \
    -x264-params "keyint=$((segment_seconds * frames_per_second)):min-keyint=$((segment_seconds * frames_per_second)):scenecut=0:open-gop=0:bframes=0:nal-hrd=cbr:filler=1" \
    -c:a aac -b:a "${audio}k" -muxdelay 0 -muxpreload 0 "$@"
}

# The name ends in .mpegts: compilers and linters take .ts for TypeScript.
loop() {
  local name=$1
  encode 20 "$2" "$3" "$4" "$5" "$6" -f hls -hls_time "$segment_seconds" -hls_list_size 0 \
    -hls_segment_type mpegts -hls_flags independent_segments -start_number 0 \
    -hls_segment_filename "$name/%d.mpegts" "$name/playlist.m3u8"
}

loop high 640 360 '640x360  1 Mbit/s' 885 64
loop low 320 180 '320x180  0.4 Mbit/s' 275 40

# The benchmarks pad it with null packets, so it needs no filler; and it has no sound, which they leave out anyway.
frames_per_second=5 loop sparse 160 90 '5 frames' 40 16

encode 8 320 180 '320x180  fMP4' 200 40 -f hls -hls_time "$segment_seconds" -hls_list_size 0 \
  -hls_segment_type fmp4 -hls_flags single_file+independent_segments \
  -hls_segment_filename fmp4/low.mp4 fmp4/playlist.m3u8

node write-index.mjs
rm high/playlist.m3u8 low/playlist.m3u8 sparse/playlist.m3u8 fmp4/playlist.m3u8
