import type { ErrorData } from 'hls.js'

/** What went wrong with playback, as a viewer would say it. Keys are hls.js's error details. */
const wordsByDetail: Readonly<Record<string, string>> = {
  manifestLoadError: 'The CDN does not give the playlist',
  manifestLoadTimeOut: 'The CDN does not answer',
  manifestParsingError: 'The CDN sent something that is no playlist',
  manifestIncompatibleCodecsError: 'This browser cannot play this video format',
  levelEmptyError: 'The stream has no segments',
  levelLoadError: 'The CDN does not give the playlist',
  levelLoadTimeOut: 'The CDN takes too long to give the playlist',
  audioTrackLoadError: 'The CDN does not give the sound',
  fragLoadError: 'The CDN refuses a segment',
  fragLoadTimeOut: 'A segment takes too long',
  fragParsingError: 'A segment arrived damaged',
  keyLoadError: 'The key of the stream does not arrive',
  bufferStalledError: 'The buffer has run dry',
  bufferAppendError: 'This browser refuses a segment',
}

/** In words, with the HTTP status where there is one. */
export function playbackWords(error: Pick<ErrorData, 'details' | 'response'>): string {
  const words = wordsByDetail[error.details] ?? 'Playback has hit a problem'
  const status = error.response?.code
  return status !== undefined && status >= 400 ? `${words} (it answered ${status})` : words
}

/** True for what the CDN caused: the page then says that the CDN fails. */
export function isCdnTrouble(details: string): boolean {
  return /LoadError$|LoadTimeOut$/.test(details)
}
